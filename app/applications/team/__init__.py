"""The team of an application besides those who lead its sides: who is invited, with what right, and what they remark.

An invitation gives nothing before it is accepted. Whoever took part is an applicant wherever conflicts are asked for.
"""
