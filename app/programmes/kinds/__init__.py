"""Kinds of question: what each reads from a form, how it shows an answer, and what it finds wrong with one.

An answer is a JSON value, or None when nothing was given. Reading never refuses an answer for being too long or
missing, so that an unfinished draft can always be kept; that is what `answer_problems` tells before submitting.
"""

from __future__ import annotations

from app.programmes.kinds.composite import cell_text, file_facts, size_text
from app.programmes.kinds.file_parts import Placed, parts_of_row, placed_text, written_pages
from app.programmes.kinds.registry import (
    KINDS,
    SETTINGS,
    Kind,
    answer_problems,
    answer_text,
    read_answer,
    typed_of,
)
from app.programmes.kinds.single import count_pages, count_words, countries
from app.programmes.kinds.vocabulary import (
    CHARACTERS_A_PAGE,
    COMES_OTHERWISE,
    FILE_TYPES,
    NOT_TYPED,
    PERSON_PARTS,
    SOUGHT,
    SPARE_ROWS,
    AllOf,
    Answer,
    AnyOf,
    Column,
    Commitment,
    Comparison,
    Condition,
    FilePart,
    Operator,
    Option,
    Question,
    QuestionKind,
    Text,
    row_parts,
)

__all__ = [
    "CHARACTERS_A_PAGE",
    "FILE_TYPES",
    "KINDS",
    "PERSON_PARTS",
    "SETTINGS",
    "COMES_OTHERWISE",
    "NOT_TYPED",
    "SOUGHT",
    "SPARE_ROWS",
    "AllOf",
    "Answer",
    "AnyOf",
    "Column",
    "Commitment",
    "Comparison",
    "Condition",
    "FilePart",
    "Kind",
    "Operator",
    "Option",
    "Placed",
    "Question",
    "QuestionKind",
    "Text",
    "answer_problems",
    "answer_text",
    "cell_text",
    "count_pages",
    "count_words",
    "countries",
    "file_facts",
    "parts_of_row",
    "placed_text",
    "read_answer",
    "row_parts",
    "size_text",
    "typed_of",
    "written_pages",
]
