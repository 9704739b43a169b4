"""Editing a declaration as data: reaching an entry by its path, and turning what a form sent into the entry.

The data may be unfinished or wrong: nothing that was typed is lost; the reading tells what is mistaken. Pure.
"""

from __future__ import annotations

from app.programmes.editing.lists import duplicated, free_key, moved, with_new, without
from app.programmes.editing.places import NoSuchPlace, Place, named, numbered, place, with_entry
from app.programmes.editing.typed import Form, groups_of, merged, parts_of, typed_entry, typed_value

__all__ = [
    "Form",
    "NoSuchPlace",
    "Place",
    "duplicated",
    "free_key",
    "groups_of",
    "merged",
    "moved",
    "named",
    "numbered",
    "parts_of",
    "place",
    "typed_entry",
    "typed_value",
    "with_entry",
    "with_new",
    "without",
]
