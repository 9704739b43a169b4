"""Panels, conflicts, assignments, scores.

A *panel* judges for one side, or jointly, on its own scale. A *member* is named, invited, says yes or no, answers which
applications are a conflict, and then reviews what was *assigned*. The room promises: somebody in conflict counts and is
counted nowhere towards that application, and no panel's scores leave it before all panels of the call have closed.
"""
