"""People and their addresses, institutions, roles per call and side, sign-in, and links that open one task only."""
