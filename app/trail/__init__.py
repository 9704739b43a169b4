"""The record of every deed: append-only, hash-chained per call so that calls do not block one another."""
