"""The demonstration's people, and its clock that can be moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.kernel.words import N_

OPEN_CALL = "mayo-ki-breast-2027-fictional"
TRAVEL_CALL = "ki-mayo-travel-2027-fictional"
REVIEW_CALL = "mayo-ki-breast-2026-fictional"
HISTORIC_CALL = "mayo-ki-breast-2021"
BEGINS = datetime(2027, 2, 15, 8, 0, tzinfo=UTC)
FILE = "demo-clock"


@dataclass(frozen=True)
class Persona:
    """Somebody invented whom a visitor can become."""

    name: str
    address: str
    role: str
    hint: str
    begins_at: str
    locale: str = "en"
    institution: str = ""
    zone: str = "Europe/Stockholm"


PERSONAS = (
    Persona(
        "Ylva Exempelsson",
        "ylva.exempelsson@ki.example",
        N_("Applicant at KI"),
        N_("Start an application in the open call, invite a partner, submit."),
        f"/calls/{OPEN_CALL}",
        "en",
        "Karolinska Institutet",
    ),
    Persona(
        "Parker Fictional",
        "parker.fictional@mayo.example",
        N_("Partner at Mayo Clinic"),
        N_("Needs no account: the link in the mail opens the task. Here you see his desk."),
        "/desk",
        "en",
        "Mayo Clinic",
        "America/Chicago",
    ),
    Persona(
        "Rut Granskarsdotter",
        "rut.granskarsdotter@review.example",
        N_("Reviewer of the KI panel"),
        N_("Has reviews waiting in the round of 2026."),
        "/desk",
        "en",
        "Uppdiktade universitetet",
    ),
    Persona(
        "Rex Imaginary",
        "rex.imaginary@review.example",
        N_("Reviewer of the Mayo panel"),
        N_("Scores from 1 to 9, where 1 is best."),
        "/desk",
        "en",
        "Invented University",
        "America/Chicago",
    ),
    Persona(
        "Charlie Ordförandesson",
        "charlie@review.example",
        N_("Chair of the KI panel"),
        N_("Sees the own panel's scores and closes it."),
        "/desk",
        "en",
        "Uppdiktade universitetet",
    ),
    Persona(
        "Kajsa Samordnare",
        "kajsa.samordnare@ki.example",
        N_("Coordinator at KI"),
        N_("Checks, names reviewers, ranks, decides, releases, exports."),
        "/office/",
        "en",
        "Karolinska Institutet",
    ),
    Persona(
        "Molly Coordsen",
        "molly.coordsen@mayo.example",
        N_("Coordinator at Mayo Clinic"),
        N_("The same for the Mayo side; sees nothing of the KI panel before both have closed."),
        "/office/",
        "en",
        "Mayo Clinic",
        "America/Chicago",
    ),
    Persona(
        "Stina Studentsson",
        "stina.studentsson@ki.example",
        N_("Student who wants to travel"),
        N_("Has a draft for a journey to Mayo Clinic; her supervisor and her host were asked by mail."),
        f"/calls/{TRAVEL_CALL}",
        "en",
        "Karolinska Institutet",
    ),
    Persona(
        "Hanna Handledarsson",
        "hanna.handledarsson@ki.example",
        N_("Supervisor who is asked to approve"),
        N_("Needs no account: the link in the mailbox opens the one page. Here you see what waits for her."),
        "/approvals",
        "en",
        "Karolinska Institutet",
    ),
    Persona(
        "Adam Systemius",
        "adam.systemius@tandem.example",
        N_("Administrator"),
        N_("People, roles and mail delivery; reads no application."),
        "/admin/people",
        "en",
    ),
)


def jumps(closes_at: datetime) -> list[tuple[str, str, datetime]]:
    """The places to which the clock can be moved."""
    return [
        ("begin", N_("The beginning"), BEGINS),
        ("hour", N_("One hour before the deadline"), closes_at - timedelta(hours=1)),
        ("after", N_("The day after the deadline"), closes_at + timedelta(days=1)),
        ("autumn", N_("Half a year later"), closes_at + timedelta(days=180)),
    ]


def set_clock(instance: Path, to: datetime) -> None:
    """Let the demonstration's clock say `to` now and run on from there."""
    seconds = (to - datetime.now(UTC)).total_seconds()
    (instance / FILE).write_text(str(int(seconds)))


def offset_in(instance: Path) -> Callable[[], timedelta]:
    """What `kernel.clock.follow` asks: how far the demonstration's clock is from the real one."""
    file = instance / FILE

    def offset() -> timedelta:
        try:
            return timedelta(seconds=int(file.read_text()))
        except (FileNotFoundError, ValueError):
            return timedelta(0)

    return offset
