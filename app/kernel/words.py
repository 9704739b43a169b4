"""Marks words for translation; the domain writes English, the door translates."""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Word(str):
    """Words of the house, in English, as opposed to words of a person, which are never translated."""

    __slots__ = ()


def N_(message: str) -> Word:
    """The message, marked: the catalogue's extractor collects it, and the door translates it wherever it stands."""
    return Word(message)


class Said(str):
    """A sentence with values: it is the English one, and can be said in another language."""

    __slots__ = ("template", "values")
    template: Word
    values: Mapping[str, object]

    def through(self, translate: Callable[[str], str]) -> str:
        """The sentence by way of a translation; values that are words of the house are translated too."""
        return translate(self.template) % {name: said(value, translate) for name, value in self.values.items()}


def say(template: Word, **values: object) -> Said:
    """The English sentence, which remembers what it is made of."""
    sentence = Said(template % values)
    sentence.template, sentence.values = template, values
    return sentence


def said(value: object, translate: Callable[[str], str]) -> str:
    """A value in the language of a translation; what is no word of the house stays as it is."""
    if isinstance(value, Said):
        return value.through(translate)
    return translate(value) if isinstance(value, Word) else str(value)
