"""What is told, asked and found around a form: the notice before typing, the quiz, the formal check with its conditions,
and single questions that are flagged and corrected.
"""
