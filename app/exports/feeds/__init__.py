"""What leaves the house for other programs: calendars, feeds, and open data on calls and awards. Small writers of our own.

Writers are given values and addresses in words already; they know formats, and nothing of how a page is reached.
"""
