"""The call as others will see it: the real pages from the working copy, with forms that send nothing. Nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from app.applications.parts import Part
from app.extensions import db
from app.kernel.errors import NotFound
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes.asking import ask
from app.programmes.asking.notice import notice_of
from app.programmes.definition import DecisionModel, Definition
from app.programmes.definition.keys.words import name_of
from app.programmes.models import Call, CallState
from app.reviews.desk import point_text
from app.reviews.rules import Scale
from app.web.applicant import forms
from app.web.applicant.asking_sides import SideAsks
from app.web.applicant.budgets import budget_field, sides_words
from app.web.applicant.notices import notice_text
from app.web.applicant.side_texts import side_texts
from app.web.doors import here, on_call
from app.web.office import bp
from app.web.office.declaration.desk import desk_of
from app.web.public.views import card_of, places
from app.web.reviewer.views import points_of
from app.web.transfer import transfer_text
from app.web.words import amount_of, deadline_text, language

NOBODY = UUID(int=0)
SENDING = re.compile(r"""\s(?:action|formaction|method|hx-[a-z-]+|data-guard|data-autosave)(?:="[^"]*")?(?=[\s>])""")
KEYS = re.compile(r"""<input type="hidden" name="csrf_token"[^>]*>""")


def inert(html: str) -> Markup:
    """A page whose forms go nowhere and whose buttons do nothing."""
    return Markup(re.sub(r"<(?:form|button)\b[^>]*>", _still, KEYS.sub("", html)))  # noqa: S704  # our own rendered page


def _still(tag: re.Match[str]) -> str:
    return SENDING.sub("", tag[0]).replace('type="submit"', 'type="button"')


bp.app_template_filter("inert")(inert)


@bp.get("/calls/<uuid:call_id>/declaration/preview/<kind>")
@on_call(Action.EDIT_CALL)
def preview(call_id: UUID, kind: str) -> ResponseReturnValue:
    """The working copy as one of the audiences sees it; while it holds mistakes, the declaration as it stands."""
    if kind not in PREVIEWS:
        raise NotFound()
    desk = desk_of(db.session(), here(Call).thing)
    definition = desk.definition or desk.stands
    template, context, choices = PREVIEWS[kind](definition)
    return render_template(
        "office/declaration/preview.html",
        real=template,
        preview_call=desk.call.id,
        preview_kind=kind,
        preview_kinds=[(name, gettext(title)) for name, title in TITLES.items()],
        preview_choices=choices,
        is_older=desk.work is not None and desk.definition is None,
        **context,
    )


Shown = tuple[str, dict[str, Any], tuple[tuple[str, str, bool], ...]]


def _chosen(name: str, offered: list[tuple[str, str]]) -> tuple[str, tuple[tuple[str, str, bool], ...]]:
    """Which of several sides or panels is looked at; NotFound for one that is not there."""
    if not offered:
        return "", ()
    wanted = request.args.get(name, offered[0][0])
    if wanted not in {key for key, _ in offered}:
        raise NotFound()
    return wanted, tuple((key, label, key == wanted) for key, label in offered)


def _part(definition: Definition, key: str, *, is_own: bool) -> Part:
    """A side's part as it is when nothing is written yet."""
    name = gettext("Maja Mönster") if is_own else gettext("Paul Pattern")
    return Part(
        NOBODY, definition.side(key), is_own, NOBODY if is_own else None, name, "", "", None, None, None, None, None, 0, {},
        frozenset(side.key for side in definition.sides),
    )  # fmt: skip


def _sections(definition: Definition, own: str, only: frozenset[str] | None = None) -> tuple[forms.SectionField, ...]:
    """The form with nothing in it, to write where this side writes."""
    parts = {side.key: _part(definition, side.key, is_own=side.key == own) for side in definition.sides}
    asked = ask(definition, {}, locale=language())
    return tuple(
        forms.SectionField(
            found.section.key,
            found.title,
            found.help,
            tuple(forms.question_field(each, None, forms.NOTHING, {}, is_writable=True) for each in found.questions),
            budget_field(definition, parts[found.section.owner], {}, (), is_writable=True)
            if found.section.budget and found.section.owner in parts and parts[found.section.owner].side.pays
            else None,
            None,
        )
        for found in asked.sections
        if only is None or found.section.owner in only
    )


def _call_text(definition: Definition) -> dict[str, Any]:
    closes = definition.closes.instant if definition.closes else None
    return {
        "title": definition.title.in_(language()),
        "key": definition.key,
        "deadline": deadline_text(closes, places(definition)) if closes else None,
        "years": definition.years,
        "grace": definition.grace_minutes,
        "languages": definition.languages,
    }


def _as_applicant(definition: Definition) -> Shown:
    own = definition.lead_side.key
    context = {
        "application_id": NOBODY,
        "title": "",
        "call": _call_text(definition),
        "sections": _sections(definition, own),
        "sides": side_texts(
            [_part(definition, side.key, is_own=side.key == own) for side in definition.sides],
            None,
            {side.key: SideAsks() for side in definition.sides},
        ),
        "sides_said": sides_words(definition),
        "is_alone": len(definition.sides) == 1,
        "transfer": transfer_text(definition),
        "problems": (),
        "closed": (),
        "missing": (),
        "tasks": (),
        "told": notice_text(notice_of(definition)),
    }
    return "applicant/edit.html", context, ()


def _as_partner(definition: Definition) -> Shown:
    offered = [(side.key, side.short) for side in definition.sides if not side.lead] or [
        (side.key, side.short) for side in definition.sides
    ]
    key, choices = _chosen("side", offered)
    side = definition.side(key)
    context = {
        "side_id": NOBODY,
        "application_id": NOBODY,
        "told": notice_text(notice_of(definition)),
        "title": gettext("A title that the applicant gives"),
        "side": side.name,
        "short": side.short,
        "lead": gettext("Maja Mönster"),
        "problems": (),
        "name": gettext("Paul Pattern"),
        "because": "",
        "answered": {"label": gettext("Waiting for your answer"), "tone": "wait", "at": None},
        "sections": _sections(definition, key, frozenset({key})),
        "sheet": None,
        "is_confirmed": False,
        "call": _call_text(definition),
        "over": (),
        "transfer": transfer_text(definition),
    }
    return "partner/task.html", context, choices


def _as_reviewer(definition: Definition) -> Shown:
    key, choices = _chosen("panel", [(panel.key, panel.title.in_(language())) for panel in definition.panels])
    if not key:
        return "office/declaration/no_review.html", {}, ()
    panel = definition.panel(key)
    if not panel.scale:
        return "office/declaration/no_review.html", {}, choices
    scale = Scale.of(definition.scale_of(panel))
    criteria = definition.criteria_of(panel, frozenset(area.key for area in definition.areas))
    lines = [
        {"key": each.key, "title": each.title, "help": each.help, "score": "", "remark": "",
         "text_required": each.text_required, "scale": Scale.of(definition.scale_for(panel, each))}
        for each in criteria
    ]  # fmt: skip
    is_entered = definition.overall is None or definition.overall.how == "entered"
    desk = {
        "reference": f"{definition.reference_prefix}-0001", "panel_title": panel.title, "lines": lines, "overall": "",
        "is_entered": is_entered, "is_closed": False, "version": 0, "for_applicant": "", "for_panel": "",
        "application_id": NOBODY, "scale": scale,
    }  # fmt: skip
    context = {
        "assignment_id": NOBODY,
        "member_id": NOBODY,
        "desk": desk,
        "sheet": None,
        "problems": (),
        "errors": {},
        "points": points_of(scale),
        "own_points": {line["key"]: points_of(line["scale"]) for line in lines},  # type: ignore[arg-type]  # a scale
        "best": point_text(scale.best_value),
        "worst": point_text(scale.worst_value),
        "computed": None,
        "saved": None,
        "submitted": None,
    }
    return "reviewer/desk.html", context, choices


def _as_public(definition: Definition) -> Shown:
    found = here(Call).thing
    shown = Call(key=definition.key, programme_id=found.programme_id, state=CallState.ANNOUNCED)  # never added
    shown.opens_at = definition.opens.instant if definition.opens else None
    shown.closes_at = definition.closes.instant if definition.closes else None
    model = name_of(DecisionModel, definition.decision.model).in_(language()) if definition.decision else ""
    context = {
        "card": card_of(shown, definition),
        "definition": definition,
        "own": (),
        "is_open": False,
        "money": amount_of,
        "model": model,
        "has_account": False,
        "signed_in": True,
    }
    return "public/call.html", context, ()


TITLES = {
    "public": N_("As the public page"),
    "applicant": N_("As an applicant"),
    "partner": N_("As a partner"),
    "reviewer": N_("As a reviewer"),
}
PREVIEWS: dict[str, Callable[[Definition], Shown]] = {
    "public": _as_public,
    "applicant": _as_applicant,
    "partner": _as_partner,
    "reviewer": _as_reviewer,
}
