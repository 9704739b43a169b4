"""Every key of a declaration, described once."""
