"""Decisions: a verdict per side, the joint rule's proposal, the recorded decision, and one release for everybody."""
