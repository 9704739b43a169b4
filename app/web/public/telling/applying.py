"""What the call is for, who may apply, how an application goes on, and what follows an award."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from app.kernel.countries import is_outside
from app.kernel.words import N_
from app.programmes.definition import Approval, Definition
from app.programmes.definition.keys.words import name_of
from app.programmes.definition.vocabulary import ApprovalKind, Approver, Severity, Window
from app.web.public.telling.blocks import Fact, Sheet, Told, known, told, words
from app.web.words import calendar_day, language
from app.workflow.vocabulary import Stage

WAY = {
    Stage.OUTLINE: N_("A short outline first"),
    Stage.SIGNATURE: N_("Signatures on the frozen application"),
    Stage.ELIGIBILITY: N_("A formal check: an application that fails it is not judged"),
    Stage.REVIEW: N_("Review by the panels"),
    Stage.TRIAGE: N_("Triage: some applications are set aside before they are discussed"),
    Stage.REJOINDER: N_("Rejoinder: applicants may answer the reviews"),
    Stage.INTERVIEW: N_("Interviews"),
}
LANGUAGES = {"en": N_("English"), "sv": N_("Swedish")}


def before(call: Definition) -> Iterator[Sheet]:
    """Purpose, areas, event, languages, tools: what a reader asks first."""
    texts = tuple(filter(None, (words(call.purpose), words(call.emphasis))))
    yield Sheet("purpose", gettext("What the call is for"), texts=texts, facts=tuple(_frame(call)))
    yield Sheet("areas", gettext("Areas"), points=tuple(Told(words(area.title)) for area in call.areas))


def _frame(call: Definition) -> Iterator[Fact]:
    if call.event is not None:
        days = f"{calendar_day(call.event.begins)} – {calendar_day(call.event.ends)}"
        lines = tuple(filter(None, (days, call.event.place, call.event.url)))
        yield Fact(gettext("Tied to"), Told(words(call.event.name), lines=lines))
    yield Fact(gettext("Years"), told(call, "years", str(call.years) if call.years else ""))
    if call.contingent_years:
        years = ", ".join(str(year) for year in call.contingent_years)
        yield Fact(
            gettext("Later years that must be released"), Told(years, lines=(words(call.gate),) if call.gate else ())
        )
    yield Fact(gettext("Language"), Told(_languages(call), call.why_unknown("languages") or ""))
    yield from known(call, "ai_use", gettext("Use of AI tools"), words(call.ai_use))


def _languages(call: Definition) -> str:
    wished = gettext(" or ").join(str(gettext(LANGUAGES[key])) for key in call.languages)
    if not wished:
        return str(gettext("Swedish and English are accepted."))
    return str(gettext("Preferred: %(languages)s. Swedish is always accepted.", languages=wished))


def way(call: Definition) -> Iterator[Sheet]:
    """Eligibility, the steps of an application, and what is signed."""
    points = [Told(words(check.title), lines=(words(check.help),) if check.help else ()) for check in call.eligibility]
    for rule in call.rules:
        caveat = (
            (gettext("What does not meet this is judged with a caveat."),) if rule.severity is Severity.CAVEAT else ()
        )
        points.append(Told(words(rule.title), lines=caveat))
    why = call.why_unknown("eligibility")
    yield Sheet("eligibility", gettext("Who may apply"), points=tuple(points) or ((Told("", why),) if why else ()))
    yield Sheet("way", gettext("The way of an application"), points=tuple(_steps(call)))
    yield Sheet(
        "approvals", gettext("Who has to agree"), points=tuple(_approval(call, each) for each in call.approvals)
    )


def _steps(call: Definition) -> Iterator[Told]:
    if not call.stages:
        yield Told("", call.why_unknown("stages") or gettext("The call does not say."))
        return
    if Stage.OUTLINE not in call.stages:
        yield Told(gettext("The application, written by all sides together"))
    for stage in Stage:
        if stage not in call.stages:
            continue
        yield Told(str(gettext(WAY[stage])), lines=tuple(_step(call, stage)))
        if stage is Stage.OUTLINE:
            yield Told(gettext("The full application"))
    yield Told(gettext("The joint decision, told to all at the same moment"))


def _step(call: Definition, stage: Stage) -> Iterator[str]:
    if stage is Stage.OUTLINE and call.outline is not None:
        yield (
            gettext("Only those who are invited go on to the full application.")
            if call.outline.selects
            else gettext("Every outline that came in may go on to the full application.")
        )
    if stage is Stage.REJOINDER and call.rejoinder is not None:
        yield ngettext(
            "%(num)d day, at most %(words)s words; without an answer it goes on",
            "%(num)d days, at most %(words)s words; without an answer it goes on",
            call.rejoinder.days,
            words=call.rejoinder.max_words,
        )
    if stage is Stage.INTERVIEW and call.interview is not None:
        interview = call.interview
        days = [calendar_day(day) for day in (interview.begins, interview.ends) if day is not None]
        yield ", ".join(filter(None, (" – ".join(dict.fromkeys(days)), words(interview.place))))


def _approval(call: Definition, approval: Approval) -> Told:
    kind, who = name_of(ApprovalKind, approval.kind), name_of(Approver, approval.who)
    lines = [f"{kind.in_(language())} · {who.in_(language())}", name_of(Window, approval.window).in_(language())]
    if approval.side:
        lines.append(call.side(approval.side).name)
    if approval.days is not None:
        lines.append(ngettext("within %(num)d day", "within %(num)d days", approval.days))
    return Told(words(approval.title), lines=tuple(lines))


def after(call: Definition) -> Iterator[Sheet]:
    """What follows an award, and what becomes of the answers."""
    facts: list[Fact] = []
    if call.after is not None or call.why_unknown("after"):
        kept = call.after
        facts += known(call, "after.report", gettext("Reports"), words(kept.report) if kept else "")
        facts += known(call, "after.success", gettext("Success"), words(kept.success) if kept else "")
        facts += known(call, "after", gettext("What follows"))
    yield Sheet("after", gettext("After an award"), facts=tuple(facts))
    yield _transfer(call)


def _transfer(call: Definition) -> Sheet:
    """Which answers leave the EU and the EEA with a side there, on what basis, and which stay at home."""
    title, outside = gettext("Who reads your answers outside the EU"), outside_eu(call)
    if not outside:
        return Sheet("transfer", title)
    texts = [words(call.transfer.notice)] if call.transfer and call.transfer.notice else []
    facts = [Fact(gettext("Read by"), Told(", ".join(outside)))]
    facts += known(
        call, "transfer.basis", gettext("On what basis"), words(call.transfer.basis) if call.transfer else ""
    )
    facts += known(call, "transfer.notice", gettext("What you are told"))
    home = [words(question.title) for question in call.questions if not question.leaves_eu]
    if call.questions and home:
        facts.append(Fact(gettext("These answers stay at home"), Told(lines=tuple(home))))
        shared = [words(question.title) for question in call.questions if question.leaves_eu]
        facts.append(Fact(gettext("These answers leave the EU"), Told(lines=tuple(shared))))
    elif call.questions:
        facts.append(Fact(gettext("These answers leave the EU"), Told(gettext("all of them"))))
    return Sheet("transfer", title, texts=tuple(texts), facts=tuple(facts))


def outside_eu(call: Definition) -> list[str]:
    """The sides outside the EU and the EEA."""
    return [side.name for side in call.sides if is_outside(side.institution.country)]
