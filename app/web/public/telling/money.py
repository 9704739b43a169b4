"""Who pays what: caps, caps that depend on who takes part, indirect costs, what is paid and what is not."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from app.applications.matching import COMPARING, whence_of
from app.kernel.money import Money
from app.kernel.words import N_
from app.programmes.definition import Definition, Overhead, Side
from app.programmes.definition.vocabulary import Matching, OneApplication
from app.web.public.telling.blocks import Fact, Sheet, Table, Told, known, told, words
from app.web.words import amount_of, calendar_day

MATCHING = {
    Matching.OWN_CAPS: N_("Each side’s amount lies within its own caps; the amounts need not be alike."),
    Matching.EQUAL: N_("The sides’ amounts must be worth the same, within %(percent)s %%."),
    Matching.RATIO: N_("The sides’ amounts must be to each other as %(ratio)s, within %(percent)s %%."),
    Matching.IN_KIND: N_("A side may give work, material or time instead of money."),
}
ONE_APPLICATION = {
    OneApplication.ANY: N_("One person may be part of any number of applications."),
    OneApplication.ONE_PER_PERSON: N_("One person may be part of one application only, in whatever role."),
    OneApplication.MOST_AS_LEAD: N_("One person may lead at most %(most)s applications."),
    OneApplication.TWO_INVALIDATE_BOTH: N_(
        "One person may lead one application only: if somebody leads two, neither of them is considered."
    ),
}


def sheets(call: Definition) -> Iterator[Sheet]:
    """The money of all sides, then what holds for all of them, then the rules of each side."""
    heads = (gettext("Side"), gettext("At most a year"), gettext("At most in all"), gettext("Indirect costs"))
    rows = []
    for place, side in enumerate(call.sides):
        path = f"sides[{place}]"
        leads = gettext("leads the call")
        name = f"{side.name} ({leads})" if side.lead and len(call.sides) > 1 else side.name
        if side.pays:
            amounts = (
                _amount(call, f"{path}.cap_per_year", side.cap_per_year),
                _amount(call, f"{path}.cap_total", side.cap_total),
                told(call, f"{path}.overhead", overhead_text(side)),
            )
        else:
            amounts = (Told(gettext("pays nothing")), Told("–"), Told("–"))
        rows.append((Told(name), *amounts))
    note = gettext("Each side pays its own researcher in its own currency. The amounts are never added together.")
    notes = ((note,) if len(call.paying_sides) > 1 else ()) + tuple(_together(call))
    yield Sheet("sides", gettext("Who pays what"), table=Table(heads, tuple(rows)), notes=notes)
    for place, side in enumerate(call.sides):
        facts = (*_of_money(call, f"sides[{place}]", side), *_of_people(side))
        yield Sheet(f"side-{side.key}", side.name, facts=facts, level=3)


def _amount(call: Definition, path: str, money: Money | None) -> Told:
    return told(call, path, amount_of(money) if money is not None else "")


FOR_COMPARING = N_("For this comparison alone, 1 %(currency)s counts as %(value)s %(home)s.")
TO_SHOW = N_("Reference rate, only to show: 1 %(currency)s as %(value)s %(home)s. Amounts are never added by it.")


def overhead_text(side: Side) -> str:
    """Where indirect costs lie, in words."""
    if side.overhead is None:
        return ""
    percent = f"{side.overhead_percent:f}" if side.overhead_percent is not None else ""
    if side.overhead is Overhead.INSIDE:
        return str(
            gettext("inside the amounts, %(percent)s %%", percent=percent) if percent else gettext("inside the amounts")
        )
    return str(gettext("on top, %(percent)s %%", percent=percent) if percent else gettext("on top of the amounts"))


def _together(call: Definition) -> Iterator[str]:
    if call.least_sides is not None or call.most_sides is not None:
        yield gettext(
            "From %(least)s to %(most)s of the %(all)s sides take part in one application.",
            least=call.least_sides or 1,
            most=call.most_sides or len(call.sides),
            all=len(call.sides),
        )
    if call.matching is not None:
        ratio = " : ".join(str(part) for part in call.matching.ratio)
        yield _filled(MATCHING[call.matching.rule], percent=call.matching.percent or 0, ratio=ratio)
        for rate in call.matching.rates:
            yield _filled(
                FOR_COMPARING if call.matching.rule in COMPARING else TO_SHOW,
                currency=rate.currency,
                value=f"{rate.value.normalize():f}",
                home=call.lead_side.currency or "",
            ) + (f" ({whence})" if (whence := words(whence_of(rate))) else "")
    if call.one_application is not None:
        yield _filled(ONE_APPLICATION[call.one_application.rule], most=call.one_application.most or 1)
    if call.team is not None and call.team.all_answer:
        yield gettext("Everybody invited to the team must have answered before the application is submitted.")
    if call.team is not None and call.team.most_in_programme is not None:
        yield ngettext(
            "One person may be a key person in %(num)d application to the programme's calls at a time.",
            "One person may be a key person in at most %(num)d applications to the programme's calls at a time.",
            call.team.most_in_programme,
        )


def _filled(message: str, **values: object) -> str:
    return str(gettext(message)) if "%(" not in message else str(gettext(message, **values))


def _of_money(call: Definition, path: str, side: Side) -> Iterator[Fact]:
    names = {each.key: each.short for each in call.sides}
    if side.optional:
        yield Fact(gettext("Takes part"), Told(gettext("if the applicants wish; the side may stay away")))
    for cap in side.caps_when:
        joined = ", ".join(names[key] for key in cap.with_sides)
        amounts = [
            gettext("%(amount)s a year", amount=amount_of(cap.cap_per_year)) if cap.cap_per_year else "",
            gettext("%(amount)s in all", amount=amount_of(cap.cap_total)) if cap.cap_total else "",
        ]
        yield Fact(gettext("When %(sides)s take part", sides=joined), Told(", ".join(filter(None, amounts))))
    if side.least_total is not None:
        yield Fact(gettext("At least in all"), Told(amount_of(side.least_total)))
    if side.allowed_costs:
        yield Fact(gettext("Paid are"), Told(", ".join(words(cost.title) for cost in side.allowed_costs)))
    yield from known(call, f"{path}.refused_costs", gettext("Not paid are"), words(side.refused_costs))
    yield from known(call, f"{path}.source_of_funds", gettext("Source of the money"), words(side.source_of_funds))


def _of_people(side: Side) -> Iterator[Fact]:
    for asked in side.participants:
        most = str(asked.maximum) if asked.maximum is not None else gettext("any number")
        text = gettext("%(least)s to %(most)s", least=asked.minimum, most=most)
        ranks = ", ".join(words(rank.title) for rank in asked.ranks)
        yield Fact(gettext("People to name"), Told(f"{text} ({ranks})" if ranks else text))
    for limit in side.career_limits:
        years = ngettext(
            "at most %(num)d year before %(day)s",
            "at most %(num)d years before %(day)s",
            limit.most_years,
            day=calendar_day(limit.at),
        )
        more = gettext("deductible time is added") if limit.deduct_question else ""
        yield Fact(words(limit.title), Told(", ".join(filter(None, (years, more)))))
    if side.conflict_policy is not None and side.conflict_policy.text is not None:
        yield Fact(gettext("Conflicts of interest"), Told(words(side.conflict_policy.text)))
