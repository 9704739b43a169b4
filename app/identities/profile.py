"""What a person says of herself once, and career age as it follows from it. There is no place for a personal number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.identities.models import CareerLeave, Leave, Person, Profile
from app.kernel.actors import Acting
from app.kernel.errors import NotAllowed, Problem, Refused
from app.kernel.identifiers import orcid_of, ror_of
from app.kernel.words import N_

LONGEST = 200
MOST_MONTHS = 240
FIELDS = ("name", "title", "institution", "department", "phone")


@dataclass(frozen=True)
class Said:
    """A profile as it stands. `months` holds the deductible months by kind."""

    name: str
    title: str = ""
    institution: str = ""
    ror: str = ""
    department: str = ""
    orcid: str = ""
    phone: str = ""
    doctoral_on: date | None = None
    months: Mapping[Leave, int] | None = None

    @property
    def deducted(self) -> int:
        """All months that are deducted."""
        return sum((self.months or {}).values())

    def career_months(self, at: date) -> int | None:
        """Whole months since the doctoral degree, less what is deducted; None where no degree is given."""
        if self.doctoral_on is None or self.doctoral_on > at:
            return None
        since = (at.year - self.doctoral_on.year) * 12 + at.month - self.doctoral_on.month
        return max(0, since - (at.day < self.doctoral_on.day) - self.deducted)


def profile_of(session: Session, person_id: object) -> Said:
    """What this person has said; empty where nothing was."""
    person = session.get_one(Person, person_id)
    row = session.get(Profile, person_id)
    leaves = session.execute(select(CareerLeave.kind, CareerLeave.months).where(CareerLeave.person_id == person_id))
    months = {row.kind: row.months for row in leaves}
    if row is None:
        return Said(person.name, months=months)
    return Said(
        person.name,
        row.title,
        row.institution,
        row.ror or "",
        row.department,
        row.orcid or "",
        row.phone,
        row.doctoral_on,
        months,
    )


def read_profile(typed: Mapping[str, str]) -> tuple[Said, list[Problem]]:
    """A form as a profile, with a Problem at each field that cannot be read. Pure."""
    problems: list[Problem] = []
    texts = {name: " ".join(typed.get(name, "").split()) for name in (*FIELDS, "ror", "orcid", "doctoral_on")}
    for name, text in texts.items():
        if len(text) > LONGEST:
            message = N_("At most %(limit)s characters fit here.")
            problems.append(Problem("too_long", message, field=name, values={"limit": LONGEST}))
    if not texts["name"]:
        problems.append(Problem("name_missing", N_("Write your name; it stands on applications."), field="name"))
    ror, orcid = ror_of(texts["ror"]), orcid_of(texts["orcid"])
    if texts["ror"] and ror is None:
        message = N_("Copy the address of the record at ror.org, such as https://ror.org/056d84691, or leave it empty.")
        problems.append(Problem("not_a_ror", message, field="ror"))
    if texts["orcid"] and orcid is None:
        message = N_("This is no ORCID iD: compare it with the one on orcid.org, such as 0000-0002-1825-0097.")
        problems.append(Problem("not_an_orcid", message, field="orcid"))
    return (
        Said(
            texts["name"], texts["title"], texts["institution"], ror or "", texts["department"], orcid or "",
            texts["phone"], _day(texts["doctoral_on"], problems), _months(typed, problems),
        ),
        problems,
    )  # fmt: skip


def _day(text: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        message = N_("Write the date as year-month-day, such as 2027-04-01.")
        problems.append(Problem("not_a_date", message, field="doctoral_on"))
        return None


def _months(typed: Mapping[str, str], problems: list[Problem]) -> dict[Leave, int]:
    found: dict[Leave, int] = {}
    for kind in Leave:
        text = typed.get(f"months-{kind}", "").strip()
        if text in ("", "0"):
            continue
        if not text.isascii() or not text.isdigit() or len(text) > 3 or int(text) > MOST_MONTHS:
            message = N_("Write whole months, at most %(limit)s.")
            problems.append(Problem("not_months", message, field=f"months-{kind}", values={"limit": MOST_MONTHS}))
        else:
            found[kind] = int(text)
    return found


def save_profile(session: Session, person_id: object, typed: Mapping[str, str], *, by: Acting) -> Said:
    """Keep what a person says of herself. NotAllowed for anybody else; Refused with every field that cannot be read.
    What the office has recorded (institution, country) stays as it is: rules of access read that, and not this."""
    if by.person_id != person_id or by.link_id is not None:
        raise NotAllowed([Problem("not_yours", N_("This belongs to somebody else."))])
    said, problems = read_profile(typed)
    if problems:
        raise Refused(problems)
    row = session.get(Profile, person_id) or Profile(person_id=person_id)
    session.add(row)
    row.title, row.institution, row.department, row.phone = said.title, said.institution, said.department, said.phone
    row.ror, row.orcid, row.doctoral_on = said.ror or None, said.orcid or None, said.doctoral_on
    session.get_one(Person, person_id).name = said.name
    session.execute(delete(CareerLeave).where(CareerLeave.person_id == person_id))
    for kind, months in (said.months or {}).items():
        session.add(CareerLeave(person_id=person_id, kind=kind, months=months))
    session.flush()
    return said
