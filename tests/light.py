"""A light call for tests – a student travel grant of one side that asks for a file – and small files to give it."""

from __future__ import annotations

import io
import struct
import tomllib
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from pypdf import PdfWriter
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications import uploads
from app.applications.file_rules import Received
from app.applications.models import Application, Attachment
from app.identities import services as identities
from app.identities.models import Person, Role
from app.kernel.files import LocalStore
from app.kernel.inspection import look_at
from app.programmes import services as programmes
from app.programmes.definition import Definition, from_data
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import services as reviews
from app.workflow.vocabulary import Move
from tests import stages
from tests.world import ANNOUNCED, BEFORE_CLOSING, World, coordinator_of, lead

LIGHT = tomllib.loads(Path(__file__).with_name("light.toml").read_text(encoding="utf-8"))
ANSWERS = {
    "talk": ["A poster on silence"],
    "event": ["Meeting of Meetings, Examplestad"],
    "days": ["2027-05-10", "2027-05-14"],
    "motivation": ["Because **it matters**."],
    "supervisor": ["Sven Handledare", "sven@ki.example", "Karolinska Institutet"],
    "true": ["yes"],
}


def light(**changes: object) -> Definition:
    """The declaration, with other values at its top level."""
    return from_data({**LIGHT, **changes}, "light")


def pdf(pages: int = 1, *, password: str = "", title: str = "A file") -> bytes:
    """A small PDF of so many empty pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def png() -> bytes:
    """One grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    """The frame of a photo of one pixel."""

    def segment(marker: int, data: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data

    head = segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\0\0") + segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0")
    return b"\xff\xd8" + head + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x2a" * 600 + b"\xff\xd9"


def office(part: str = "word/document.xml", *more: str) -> bytes:
    """A document or a workbook, as far as its parts tell."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return out.getvalue()


def open_light(session: Session, world: World, **changes: object) -> UUID:
    """Import and announce the light call; KI's coordinator of the small world is its coordinator too."""
    by = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
    call = programmes.import_call(session, light(**changes), by=by, at=ANNOUNCED)
    definition = definition_of(session, call)
    programmes.announce(session, call, definition, by=by, at=ANNOUNCED)
    reviews.open_panels(session, call, definition)
    person = session.get_one(Person, world.ki_coordinator)
    identities.grant_role(session, person, Role.COORDINATOR, at=ANNOUNCED, call_id=call.id, side_key="ki")
    return call.id


def begin(session: Session, world: World, **changes: object) -> Application:
    """A draft with everything but its file."""
    call = session.get_one(Call, open_light(session, world, **changes))
    by, at = lead(world.researcher), BEFORE_CLOSING
    application = applying.start_draft(session, call, by=by, at=at)
    applying.save_answers(session, application, ANSWERS, {}, by=by, at=at)
    applying.save_budget(session, stages.side_of(session, application.id, "ki"), {1: "12 000"}, by=by, at=at)
    return application


def bring(folder: Path, content: bytes, name: str = "invitation.pdf") -> Received:
    """A file as it comes in at the door: stored and looked at."""
    store = LocalStore(folder)
    staged = store.stage(io.BytesIO(content))
    looked = look_at(staged.path)
    if looked.trouble:
        store.discard(staged)
        return Received.of(name, staged.size, "", looked)
    store.keep(staged)
    return Received.of(name, staged.size, staged.sha256, looked)


def give(session: Session, world: World, application: Application, file: Received, **more: float) -> Attachment:
    """Attach it under the question about the invitation."""
    at = BEFORE_CLOSING + timedelta(**more)
    return uploads.attach(session, application, "invitation", file, by=lead(world.researcher), at=at)


def submit(session: Session, world: World, application: Application) -> None:
    """Send it in."""
    applying.take(session, application, Move.SUBMIT, by=lead(world.researcher, "Ylva Exempelsson"), at=BEFORE_CLOSING)
