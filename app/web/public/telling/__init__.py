"""A call in words, for a reader who decides whether to apply: sheets of facts, lists, texts and tables.

Each sheet is made from the declaration alone. What no source tells is said to be unknown, with the reason.
"""
