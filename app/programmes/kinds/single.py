"""Answers of one value: read, shown and found at fault."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from app.kernel.errors import Problem
from app.kernel.identifiers import orcid_digit
from app.kernel.money import AmountProblem, Money, exponent, money_text, parse_amount
from app.kernel.words import N_
from app.programmes.kinds.vocabulary import CHARACTERS_A_PAGE, Answer, Question, Text

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def problem(question: Question, code: str, message: str, **values: object) -> Problem:
    """A problem at the question."""
    return Problem(code, message, field=question.key, values=values)


def first(submitted: Sequence[str]) -> str:
    """The only entry."""
    return submitted[0].strip() if submitted else ""


def babel(locale: str) -> str:
    """British order (1 April 2027): the month-first order is read wrongly by half of the applicants."""
    return "sv" if locale.lower().startswith("sv") else "en_GB"


def reads_line(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    return " ".join(first(submitted).split()) or None


def reads_text(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    return first(submitted) or None


def reads_choice(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    chosen = first(submitted)
    if chosen and question.option(chosen) is None:
        return not_offered(question, chosen)
    return chosen or None


def reads_choices(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    chosen = {entry.strip() for entry in submitted if entry.strip()}
    for entry in sorted(chosen):
        if question.option(entry) is None:
            return not_offered(question, entry)
    return [option.key for option in question.options if option.key in chosen] or None


def not_offered(question: Question, chosen: str) -> Problem:
    """Something that is not among the answers."""
    return problem(question, "not_offered", N_("“%(chosen)s” is not one of the answers offered."), chosen=chosen)


def reads_yes_no(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    said = first(submitted).lower()
    if said in ("yes", "no"):
        return said == "yes"
    return None if not said else problem(question, "not_yes_or_no", N_("Answer yes or no."))


def reads_number(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    written = first(submitted)
    number = whole_number(written)
    if number is not None or not written:
        return number
    return problem(question, "not_a_number", N_("Write a whole number with digits, such as 12."))


def whole_number(written: str) -> int | None:
    """A whole number in digits, grouped by spaces perhaps; None where it is none."""
    digits = re.sub(r"[\s\u2212-]", lambda sign: "" if sign[0].isspace() else "-", written)
    return int(digits) if re.fullmatch(r"-?[0-9]{1,15}", digits) else None


def reads_money(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    written = first(submitted)
    try:
        return parse_amount(written, question.currency).minor if written else None
    except AmountProblem as refused:
        found = refused.problems[0]
        return problem(question, found.code, found.message, **found.values)


def reads_date(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    written = first(submitted)
    day = day_of(written)
    if day is not None or not written:
        return day.isoformat() if day else None
    return problem(question, "not_a_date", N_("Write the date as year-month-day, such as 2027-04-01."))


def day_of(written: object) -> date | None:
    """A day as forms send it; None where it is none."""
    text = str(written)
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def reads_country(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    code = first(submitted).upper()
    if code and code not in countries("en"):
        return not_offered(question, code)
    return code or None


def countries(locale: str) -> dict[str, str]:
    """Countries by code, in the order of their names in the reader's language."""
    names = Locale.parse(babel(locale)).territories
    codes = {
        code: str(name) for code, name in names.items() if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRY
    }
    return dict(sorted(codes.items(), key=lambda pair: pair[1].casefold()))


NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""Codes of the locale data that ISO 3166 does not assign to a country; Kosovo (XK) is kept knowingly."""


def reads_orcid(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    written = re.sub(r"^https?://orcid\.org/", "", first(submitted)).upper().replace(" ", "")
    if not written:
        return None
    digits = written.replace("-", "")
    if not re.fullmatch(r"[0-9]{15}[0-9X]", digits):
        return problem(question, "not_an_orcid", N_("Write the ORCID as 0000-0002-1825-0097."))
    if orcid_digit(digits[:-1]) != digits[-1]:
        message = N_("One digit of this ORCID is wrong: compare it with the one on orcid.org.")
        return problem(question, "wrong_orcid", message)
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))


def reads_tick(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    return True if any(entry.strip() for entry in submitted) else None


def reads_nothing(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    message = N_("This is not typed here.")
    return problem(question, "not_typed", message) if any(entry.strip() for entry in submitted) else None


def shows_plainly(question: Question, value: Answer, locale: str) -> str:
    return str(value)


def shows_options(question: Question, value: Answer, locale: str) -> str:
    chosen = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    options = ((question.option(key), key) for key in chosen)
    return ", ".join(option.title.in_(locale) if option else key for option, key in options)


def shows_yes_no(question: Question, value: Answer, locale: str) -> str:
    return (Text("Yes", "Ja") if value else Text("No", "Nej")).in_(locale)


def shows_number(question: Question, value: Answer, locale: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**18:
        return str(value)
    return format_decimal(value, locale=babel(locale))


def shows_money(question: Question, value: Answer, locale: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or not question.currency:
        return str(value)
    return money_text(Money(value, question.currency), locale)


def shows_date(question: Question, value: Answer, locale: str) -> str:
    day = day_of(value)
    return format_date(day, format="long", locale=babel(locale)) if day else str(value)


def shows_country(question: Question, value: Answer, locale: str) -> str:
    return countries(locale).get(str(value), str(value))


def shows_orcid(question: Question, value: Answer, locale: str) -> str:
    return f"https://orcid.org/{value}"


def shows_tick(question: Question, value: Answer, locale: str) -> str:
    return Text("Confirmed", "Bekräftat").in_(locale) if value else ""


def count_words(text: str) -> int:
    """The number of words: runs between white space, as the counter in the browser counts them."""
    return len(text.split())


def count_pages(text: str) -> int:
    """How many pages a typed text fills, at 3,000 characters a page."""
    return -(-len(text) // CHARACTERS_A_PAGE)


def text_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    counts = (
        ("too_many_words", N_("%(count)s words, and at most %(limit)s are allowed."), count_words, question.max_words),
        ("too_many_chars", N_("%(count)s characters, and at most %(limit)s are allowed."), len, question.max_chars),
        ("too_many_pages", N_("%(count)s pages, and at most %(limit)s are allowed."), count_pages, question.max_pages),
    )
    return tuple(
        problem(question, code, message, count=count(str(value)), limit=limit)
        for code, message, count, limit in counts
        if limit is not None and count(str(value)) * 100 > limit * (100 + tolerance)
    )


def number_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    low, high = question.minimum, question.maximum
    if not isinstance(value, int):
        return ()
    if low is not None and value < low:
        return (problem(question, "too_low", N_("At least %(limit)s."), limit=low),)
    if high is not None and value > high:
        return (problem(question, "too_high", N_("At most %(limit)s."), limit=high),)
    return ()


def money_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    """The limits are whole units of the question's currency."""
    if isinstance(value, bool) or not isinstance(value, int):
        return ()
    scale = 10 ** exponent(question.currency)
    low, high = question.minimum, question.maximum
    if low is not None and value < low * scale:
        return (problem(question, "too_low", N_("At least %(limit)s."), limit=Money(low * scale, question.currency)),)
    if high is not None and value > high * scale:
        return (problem(question, "too_high", N_("At most %(limit)s."), limit=Money(high * scale, question.currency)),)
    return ()


def date_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    day = day_of(value)
    return window_faults(question, day, day) if day else ()


def window_faults(question: Question, begins: date, ends: date) -> tuple[Problem, ...]:
    """Days outside the window that the question allows."""
    if question.not_before is not None and begins < question.not_before:
        return (problem(question, "too_early", N_("Not before %(day)s."), day=question.not_before),)
    if question.not_after is not None and ends > question.not_after:
        return (problem(question, "too_late", N_("Not after %(day)s."), day=question.not_after),)
    return ()
