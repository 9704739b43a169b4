"""How an application goes from draft to award: one table of rows, and the few functions that walk it. Pure."""
