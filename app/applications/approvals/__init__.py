"""Approvals: consent, readiness, signature and countersignature as one thing that people are asked for.

A task is one person asked for one approval of one side's part; its entries say what happened, and only grow. Whether an
approval counts follows from them and from the digests of what was approved: `rules` decides, nothing is remembered twice.
"""
