"""Panels, conflicts, assignments, scores. A person in conflict sees nothing; panels are blind until all have closed."""
