"""The notice board: who has no partner yet says what is brought and what is sought; who reads it writes through us.

Promises: read by people with an account alone; no address is shown; a notice ends by itself; who is matched sees why.
"""
