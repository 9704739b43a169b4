"""The system's administrator: people and roles, and whether mail is delivered. No application is read here."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import reach
from app.communications import queries as mail_queries
from app.communications import services as mail
from app.extensions import db
from app.identities import queries, services
from app.identities.models import Person, Role
from app.kernel.errors import Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes import queries as programmes
from app.programmes.kinds import countries
from app.trail import services as trail
from app.web.admin.scanner import scanner_text
from app.web.doors import for_house, now, viewer
from app.web.words import language, problem_texts

bp = Blueprint("admin", __name__, url_prefix="/admin")


def _page(problems: tuple[Problem, ...] = ()) -> ResponseReturnValue:
    work = db.session()
    calls = programmes.all_calls(work)
    definitions = programmes.newest_definitions(work, [call.id for call in calls])
    options = [
        (f"{call.id}:{side.key}", f"{definitions[call.id].title.in_(language())} – {side.short}")
        for call in calls
        for side in definitions[call.id].sides
    ]
    names = {
        (str(call.id), side.key): f"{call.key} – {side.short}" for call in calls for side in definitions[call.id].sides
    }
    texts = problem_texts(problems)
    return render_template(
        "admin/people.html",
        people=queries.people(work),
        options=options,
        names=names,
        problems=texts,
        typed=request.form,
        countries=tuple(countries(language()).items()),
    ), 422 if problems else 200


@bp.get("/people")
@for_house(Action.MANAGE_PEOPLE)
def people() -> ResponseReturnValue:
    """Everybody, with their roles."""
    return _page()


@bp.post("/people")
@for_house(Action.MANAGE_PEOPLE)
def add_person() -> ResponseReturnValue:
    """Add a person; signing in goes by mailed link, so no password is handed out."""
    name = request.form.get("name", "")
    try:
        if not name.strip():
            raise Refused([Problem("empty", N_("Write the person's name."), field="name")])
        with transaction(db.session()) as work:
            person = services.make_person(
                work,
                name,
                request.form.get("address", ""),
                at=now(),
                institution=request.form.get("institution", "").strip(),
                country=request.form.get("country", ""),
            )
            trail.record(work, "add-person", by=reach.house(viewer()), at=now(), subject_id=person.id)
    except Refused as refused:
        return _page(refused.problems)
    flash(gettext("Added. The person signs in with a mailed link."))
    return redirect(url_for(".people"), 303)


@bp.post("/roles")
@for_house(Action.MANAGE_PEOPLE)
def give_role() -> ResponseReturnValue:
    """Make somebody the coordinator of one side of one call."""
    call_text, _, side = request.form.get("duty", "").partition(":")
    with transaction(db.session()) as work:
        person = queries.person_by_id(work, request.form.get("person", ""))
        call = programmes.call_by_id(work, call_text)
        if person is None or call is None or side not in {s.key for s in programmes.definition_of(work, call).sides}:
            abort(404)
        services.grant_role(work, person, Role.COORDINATOR, at=now(), call_id=call.id, side_key=side)
        trail.record(
            work, "give-role", by=reach.house(viewer()), at=now(), call_id=call.id, person=str(person.id), side=side
        )
    return redirect(url_for(".people"), 303)


@bp.post("/roles/<uuid:grant_id>/end")
@for_house(Action.MANAGE_PEOPLE)
def end_role(grant_id: UUID) -> ResponseReturnValue:
    """End a role; it is worth nothing from the next request on."""
    with transaction(db.session()) as work:
        services.end_role(work, grant_id, at=now())
        trail.record(work, "end-role", by=reach.house(viewer()), at=now(), subject_id=grant_id)
    return redirect(url_for(".people"), 303)


@bp.post("/people/country")
@for_house(Action.MANAGE_PEOPLE)
def change_country() -> ResponseReturnValue:
    """Note in which country somebody works: answers that may not leave the EU are withheld from all others."""
    try:
        with transaction(db.session()) as work:
            person = queries.person_by_id(work, request.form.get("person", ""))
            if person is None:
                abort(404)
            services.change_country(work, person, request.form.get("country", ""))
            trail.record(work, "change-country", by=reach.house(viewer()), at=now(), subject_id=person.id)
    except Refused as refused:
        return _page(refused.problems)
    flash(gettext("Noted."))
    return redirect(url_for(".people"), 303)


@bp.post("/people/<uuid:person_id>/disable")
@for_house(Action.MANAGE_PEOPLE)
def disable(person_id: UUID) -> ResponseReturnValue:
    """Close the door on a person and end every session at once."""
    if person_id == viewer().person_id:
        return _page((Problem("yourself", N_("You cannot disable yourself. Ask another administrator.")),))
    with transaction(db.session()) as work:
        person = work.get(Person, person_id)
        if person is None:
            abort(404)
        person.disabled_at = now()
        services.end_all_sessions(work, person.id, at=now())
        trail.record(work, "disable-person", by=reach.house(viewer()), at=now(), subject_id=person.id)
    return redirect(url_for(".people"), 303)


@bp.get("/delivery")
@for_house(Action.SEE_DELIVERY)
def delivery() -> ResponseReturnValue:
    """Mails that wait or failed, and files that wait for the virus scanner."""
    work = db.session()
    return render_template(
        "admin/delivery.html",
        rows=mail_queries.deliveries(work),
        sent=mail_queries.sent_count(work),
        scanner=scanner_text(work),
    )


@bp.post("/delivery/<uuid:letter_id>/again")
@for_house(Action.SEE_DELIVERY)
def send_again(letter_id: UUID) -> ResponseReturnValue:
    """Try a failed mail again."""
    with transaction(db.session()) as work:
        mail.send_again(work, mail.one_letter(work, letter_id), at=now())
        trail.record(work, "send-again", by=reach.house(viewer()), at=now(), subject_id=letter_id)
    return redirect(url_for(".delivery"), 303)
