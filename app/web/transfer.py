"""What applicants are told of reading outside the EU and the EEA, before they submit."""

from __future__ import annotations

from dataclasses import dataclass

from app.programmes.definition import Definition
from app.web.words import language


@dataclass(frozen=True)
class TransferText:
    """The notice and its basis in the call's own words, and the questions whose answers stay inside."""

    notice: str
    basis: str
    kept: tuple[str, ...]


def transfer_text(definition: Definition) -> TransferText | None:
    """The notice of the call, or None where it says nothing and keeps nothing back."""
    kept = tuple(question.title.in_(language()) for question in definition.questions if not question.leaves_eu)
    said = definition.transfer
    if said is None and not kept:
        return None
    notice = said.notice.in_(language()) if said and said.notice else ""
    return TransferText(notice, said.basis.in_(language()) if said and said.basis else "", kept)
