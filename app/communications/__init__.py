"""Letters: written in the transaction of the deed, read and corrected by people, delivered by the worker.

This room knows letters, not applications: whoever is above chooses the recipients and gives the words.
"""
