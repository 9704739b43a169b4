"""The look before the start at rules of sides: what stays in the EU, and conflicts of interest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.kernel.words import N_
from app.programmes.definition.finding import Finding
from app.programmes.definition.tree import Definition, Panel
from app.programmes.definition.vocabulary import JOINT, SameInstitution

QUOTED = re.compile(r"\{([a-z][a-z0-9_-]*)\}")
NAMES = re.compile(r"[a-z][a-z0-9_-]*")


def kept_inside(call: Definition) -> Iterator[Finding]:
    """Answers that may not leave the EU are shown by nothing that everybody reads: titles, quotes, calculations."""
    home = {question.key for question in call.questions if not question.leaves_eu}
    if call.title_question in home:
        message = N_("The title of an application is shown to everybody, so its question cannot be kept in the EU.")
        yield Finding("title_question", "title_kept_inside", message)
    for place, question in enumerate(call.questions):
        if question.key in home:
            continue
        texts = [text for both in (question.title, question.help) if both for text in (both.en, both.sv)]
        used = {key for text in texts for key in QUOTED.findall(text)} | set(NAMES.findall(question.formula))
        for key in sorted(used & home):
            message = N_("“%(question)s” shows the answer to “%(kept)s”, which is kept in the EU. Keep both there.")
            values = {"question": question.title, "kept": call.question(key).title}
            yield Finding(f"questions[{place}].leaves_eu", "shows_what_is_kept", message, values)
    if home and (call.transfer is None or call.transfer.notice is None) and call.why_unknown("transfer") is None:
        message = N_("Some answers are kept in the EU, and applicants are told nothing of who reads the others.")
        yield Finding("transfer.notice", "no_notice", message, blocks=False)


def conflicts_of_policy(call: Definition) -> Iterator[Finding]:
    """A rule that would leave nobody to judge: told before the call opens, as far as a declaration shows it."""
    for place, panel in enumerate(call.panels):
        barred = _barred(call, panel)
        if barred:
            message = N_(
                "Nobody from %(institutions)s can judge in %(panel)s: each application has people from there. "
                "Its %(needed)s reviewers must come from elsewhere."
            )
            values = {"institutions": ", ".join(barred), "panel": panel.title, "needed": panel.min_reviews or 1}
            yield Finding(f"panels[{place}].side", "policy_leaves_nobody", message, values, blocks=False)


def _barred(call: Definition, panel: Panel) -> list[str]:
    """The institutions from which nobody can judge in a panel: those that take part in every application."""
    sides = call.sides if panel.side == JOINT else (call.side(panel.side),)
    said = {side.conflict_policy.same_institution for side in sides if side.conflict_policy is not None}
    always = [side for side in call.sides if not side.optional]
    if SameInstitution.CONFLICT in said:
        return [side.short for side in always]
    if SameInstitution.OTHER_SIDES_ONLY in said:
        return [side.short for side in always if side.key != panel.side]
    return []
