"""Papers: what is read as a PDF, and what is taken home as a bundle.

A paper is data under a template of the house. Data never becomes code, a process of its own makes each paper, and the
same sheet makes the same bytes: applicants look at exactly what reviewers will get.
"""
