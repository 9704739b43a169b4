"""Letters that others write for an application, and host laboratories that say whether somebody may come.

The applicant asks by mail; whoever is asked answers on one page, without an account. A letter may follow after the
applicant's deadline where the call allows it, and the gap then shows its date.
"""
