"""The demonstration: become anybody with one click, move the clock, read the mail. Exists only on loopback."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_string, policy
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_user

from app import rehearsal
from app.access.viewer import viewer_of
from app.communications import queries as mail
from app.extensions import db
from app.identities import services as identities
from app.kernel import clock
from app.kernel.transaction import transaction
from app.programmes import queries
from app.running import settings
from app.web.doors import now, public
from app.web.hooks import LANGUAGE, SignedIn
from app.web.words import moment_text

bp = Blueprint("demo", __name__, url_prefix="/demo")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The people of the demonstration, and its clock."""
    call = queries.public_call(db.session(), rehearsal.OPEN_CALL, now())
    jumps = (
        []
        if call is None or call.closes_at is None
        else [(key, gettext(label), moment_text(at)) for key, label, at in rehearsal.jumps(call.closes_at)]
    )
    return render_template("demo/index.html", personas=rehearsal.PERSONAS, jumps=jumps, clock=moment_text(now()))


@bp.post("/become")
@public
def become() -> ResponseReturnValue:
    """Sign in as a person of the demonstration."""
    address = request.form.get("address", "")
    if address not in {persona.address for persona in rehearsal.PERSONAS}:
        abort(404)
    with transaction(db.session()) as work:
        person = identities.person_by_address(work, address)
        if person is None:
            abort(404)
        secret = identities.start_session(work, person.id, at=now())
        found = viewer_of(work, secret, at=now())
    assert found is not None
    login_user(SignedIn(secret, found))
    persona = next(p for p in rehearsal.PERSONAS if p.address == address)
    answer = redirect(persona.begins_at, 303)
    answer.delete_cookie(LANGUAGE)
    return answer


@bp.post("/clock")
@public
def move_clock() -> ResponseReturnValue:
    """Move the demonstration's clock to one of its places."""
    call = queries.public_call(db.session(), rehearsal.OPEN_CALL, now())
    if call is None or call.closes_at is None:
        abort(404)
    places: dict[str, datetime] = {key: at for key, _, at in rehearsal.jumps(call.closes_at)}
    wanted = places.get(request.form.get("to", ""))
    if wanted is None:
        abort(400)
    rehearsal.set_clock(settings().instance, wanted)
    flash(gettext("The clock of the demonstration now says %(now)s.", now=moment_text(clock.now())))
    return redirect(url_for(".index"), 303)


@bp.get("/mailbox")
@public
def mailbox() -> ResponseReturnValue:
    """Every mail the demonstration has delivered."""
    address = request.args.get("to", "")
    rows = [
        (row.id, moment_text(row.at), row.sent_to, row.subject) for row in mail.mailbox(db.session(), address=address)
    ]
    return render_template("demo/mailbox.html", rows=rows, address=address)


@bp.get("/mailbox/<uuid:message_id>")
@public
def message(message_id: UUID) -> ResponseReturnValue:
    """One mail as its reader sees it."""
    found = mail.mail(db.session(), message_id)
    if found is None:
        abort(404)
    parsed = message_from_string(found.raw, policy=policy.default)
    body = parsed.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    parts = [(part, part.startswith("http")) for part in _parts(text)]
    heads = [(name, str(parsed[name])) for name in ("From", "Reply-To", "To", "Subject", "Date")]
    return render_template("demo/message.html", subject=found.subject, heads=heads, parts=parts)


def _parts(text: str) -> list[str]:
    return re.split(r"(https?://[^\s]+)", text)
