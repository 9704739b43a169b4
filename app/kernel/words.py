"""Marks words for translation; the domain writes English, the door translates."""

from __future__ import annotations


class Word(str):
    """Words of the house, in English, as opposed to words of a person, which are never translated."""

    __slots__ = ()


def N_(message: str) -> Word:
    """The message, marked: the catalogue's extractor collects it, and the door translates it wherever it stands."""
    return Word(message)
