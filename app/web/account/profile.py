"""The own account: what one says of oneself once, one's addresses, and making two records of oneself one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user as signed_in_user

from app.access import reach
from app.applications import services as applying
from app.applications.models import Application
from app.applications.parts import Part, answers_of, parts_of
from app.applications.rules import writes_part
from app.communications import services as mail
from app.extensions import db
from app.identities import merging, profile, proofs
from app.identities.models import Leave, Person
from app.identities.services import primary_address
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.programmes.queries import definition_by_version
from app.running import settings
from app.trail import services as trail
from app.web.account.filling import fillable, filled
from app.web.applicant import forms
from app.web.applicant.team import back_to
from app.web.applicant.writing import edit_page
from app.web.doors import Door, hang, here, now, viewer, with_account
from app.web.receiving import takes_files
from app.web.words import by_field, problem_texts

bp = Blueprint("profile", __name__)
own_form = hang(
    Door("application: its writers, with an account", None, reach.application, "application_id", needs_account=True)
)
LEAVES = {
    Leave.PARENTAL: N_("Parental leave"),
    Leave.ILLNESS: N_("Illness"),
    Leave.MILITARY: N_("Military service"),
    Leave.UNION: N_("Union or other elected duty"),
    Leave.CLINICAL: N_("Clinical internship or specialist training"),
    Leave.OTHER: N_("Other"),
}
NOTHING_SAID = Problem("nothing_said", N_("Your profile says nothing of this yet. Fill it in under My desk."))


def _secret() -> str:
    return str(signed_in_user.get_id())


@bp.get("/profile")
@with_account
def show() -> ResponseReturnValue:
    """What I say of myself, and my addresses."""
    return _page()


def _page(problems: tuple[Problem, ...] = (), typed: Mapping[str, str] | None = None) -> ResponseReturnValue:
    who, work = viewer(), db.session()
    said = profile.profile_of(work, who.person_id)
    person = work.get_one(Person, who.person_id)
    texts = problem_texts(problems)
    months = said.career_months(now().date())
    page = render_template(
        "account/profile.html",
        said=said,
        typed=typed if typed is not None else _as_typed(said),
        leaves=[(kind.value, gettext(text)) for kind, text in LEAVES.items()],
        career=None if months is None else divmod(months, 12),
        recorded=person.institution,
        addresses=proofs.addresses_of(work, who.person_id),
        problems=texts,
        errors=by_field(texts),
    )
    return page, 422 if problems else 200


def _as_typed(said: profile.Said) -> dict[str, str]:
    day = said.doctoral_on.isoformat() if said.doctoral_on else ""
    names = ("name", "title", "institution", "ror", "department", "orcid", "phone")
    months = {f"months-{kind}": str(count) for kind, count in (said.months or {}).items()}
    return {name: getattr(said, name) for name in names} | {"doctoral_on": day} | months


@bp.post("/profile")
@with_account
def save() -> ResponseReturnValue:
    """Keep what I say of myself. Applications that were submitted keep what they said."""
    who = viewer()
    try:
        with transaction(db.session()) as work:
            profile.save_profile(work, who.person_id, request.form, by=reach.house(who))
            trail.record(work, "save-profile", by=reach.house(who), at=now(), subject_id=who.person_id)
    except Refused as refused:
        return _page(refused.problems, request.form)
    flash(gettext("Your profile is kept. Applications that were submitted stay as they are."), "good")
    return redirect(url_for(".show"), 303)


# --- Addresses -----------------------------------------------------------------------------------------------------


@bp.post("/profile/addresses")
@with_account
def ask() -> ResponseReturnValue:
    """Mail a code to an address that I say is mine. The answer is the same whoever has it."""
    try:
        with transaction(db.session()) as work:
            asked = proofs.ask_code(
                work, _secret(), request.form.get("address", ""), key=settings().secret_key, at=now()
            )
            _mail_code(asked)
    except Refused as refused:
        return _page(refused.problems)
    return redirect(url_for(".prove", address=asked.address), 303)


def _mail_code(asked: proofs.Asked) -> None:
    who = viewer()
    mail.post(
        db.session(),
        "address_code",
        who.person_id,
        dedupe=f"address-code:{asked.proof_id}:{now().isoformat()}",
        values={"name": who.name, "address": asked.address, mail.CODE_ID: str(asked.code_id)},
        at=now(),
        to_address=asked.address,
    )


@bp.get("/profile/prove")
@with_account
def prove() -> ResponseReturnValue:
    """Where the code is written."""
    return _prove_page(request.args.get("address", ""))


def _prove_page(address: str, problems: tuple[Problem, ...] = ()) -> ResponseReturnValue:
    texts = problem_texts(problems)
    page = render_template("account/prove.html", address=address, problems=texts, errors=by_field(texts))
    return page, 422 if problems else 200


@bp.post("/profile/prove")
@with_account
def check() -> ResponseReturnValue:
    """Check the code. A wrong one counts; an address that nobody has becomes mine, one of another record is asked about."""
    address, code, who = request.form.get("address", ""), request.form.get("code", ""), viewer()
    try:
        with transaction(db.session()) as work:
            fits = proofs.prove(work, _secret(), address, code, at=now())
        if not fits:
            return _prove_page(address, (WRONG_CODE,))
        with transaction(db.session()) as work:
            holder = proofs.holder_of(work, address)
            if holder is None or holder.id == who.person_id:
                row = proofs.add_address(work, _secret(), address, at=now())
                trail.record(work, "add-address", by=reach.house(who), at=now(), subject_id=row.id)
    except Refused as refused:
        return _prove_page(address, refused.problems)
    if holder is not None and holder.id != who.person_id:
        return redirect(url_for(".confirm_merge", address=address), 303)
    flash(gettext("%(address)s is yours now.", address=address), "good")
    return redirect(url_for(".show", _anchor="addresses"), 303)


WRONG_CODE = Problem(
    "wrong_code",
    N_("This is not the code, or it is too old. After five tries, ask for a new one."),
    field="code",
)


@bp.post("/profile/addresses/<uuid:address_id>/primary")
@with_account
def make_primary(address_id: UUID) -> ResponseReturnValue:
    """Let mail go to this address from now on."""
    return _on_address(address_id, "make-primary")


@bp.post("/profile/addresses/<uuid:address_id>/remove")
@with_account
def remove_address(address_id: UUID) -> ResponseReturnValue:
    """Give an address up."""
    return _on_address(address_id, "remove-address")


def _on_address(address_id: UUID, deed: str) -> ResponseReturnValue:
    who = viewer()
    before = {row.id: row.address for row in proofs.addresses_of(db.session(), who.person_id)}
    present = primary_address(db.session(), who.person_id)
    try:
        with transaction(db.session()) as work:
            if deed == "make-primary":
                proofs.make_primary(work, _secret(), address_id, at=now())
            else:
                proofs.remove_address(work, who.person_id, address_id)
            trail.record(work, deed, by=reach.house(who), at=now(), subject_id=address_id)
            _tell_address(present if deed == "make-primary" else before[address_id])
    except Refused as refused:
        if refused.problems[0] is proofs.PRESENT_FIRST:
            return _ask_present(present)
        return _page(refused.problems)
    flash(gettext("Done."), "good")
    return redirect(url_for(".show", _anchor="addresses"), 303)


def _ask_present(present: str) -> ResponseReturnValue:
    """Whoever changes where mail goes reads the mail that goes there now."""
    try:
        with transaction(db.session()) as work:
            _mail_code(proofs.ask_code(work, _secret(), present, key=settings().secret_key, at=now()))
    except Refused as refused:
        return _page(refused.problems)
    words = gettext(
        "First show that you read the mail that goes to %(address)s now. Then choose the other address again.",
        address=present,
    )
    flash(words)
    return redirect(url_for(".prove", address=present), 303)


def _tell_address(address: str) -> None:
    """Tell the address that lost its place, so that nobody changes it behind somebody's back."""
    who = viewer()
    mail.post(
        db.session(),
        "address_changed",
        who.person_id,
        dedupe=f"address-changed:{who.person_id}:{address}:{now().isoformat()}",
        values={"name": who.name, "address": address},
        at=now(),
        to_address=address,
    )


# --- Two records of one person -------------------------------------------------------------------------------------


@bp.get("/profile/merge")
@with_account
def confirm_merge() -> ResponseReturnValue:
    """What becomes one, once both addresses are proved in this browser."""
    return _merge_page(request.args.get("address", ""))


def _merge_page(address: str, problems: tuple[Problem, ...] = ()) -> ResponseReturnValue:
    work, who = db.session(), viewer()
    try:
        holder = proofs.holder_of(work, address) if proofs.is_proved(work, _secret(), address, at=now()) else None
    except Refused:
        holder = None
    if holder is None or holder.id == who.person_id:  # nobody learns whose an address is before proving it
        raise NotFound()
    own = primary_address(work, who.person_id)
    texts = problem_texts(problems)
    page = render_template(
        "account/merge.html",
        address=address,
        own=own,
        own_name=who.name,
        own_is_proved=proofs.is_proved(work, _secret(), own, at=now()),
        other_name=holder.name,
        other_institution=holder.institution,
        problems=texts,
        errors=by_field(texts),
    )
    return page, 422 if problems else 200


@bp.post("/profile/merge/code")
@with_account
def ask_own() -> ResponseReturnValue:
    """Mail a code to my own primary address: two records are merged by whoever reads the mail of both."""
    address = request.form.get("address", "")
    try:
        with transaction(db.session()) as work:
            own = primary_address(work, viewer().person_id)
            _mail_code(proofs.ask_code(work, _secret(), own, key=settings().secret_key, at=now()))
    except Refused as refused:
        return _merge_page(address, refused.problems)
    flash(gettext("A code is on its way to your own address."))
    return redirect(url_for(".confirm_merge", address=address), 303)


@bp.post("/profile/merge")
@with_account
def merge() -> ResponseReturnValue:
    """Make the two records one. Both addresses were proved in this browser, or nothing happens."""
    address, code, who = request.form.get("address", ""), request.form.get("code", ""), viewer()
    if code.strip():
        with transaction(db.session()) as work:
            if not proofs.prove(work, _secret(), primary_address(work, who.person_id), code, at=now()):
                return _merge_page(address, (WRONG_CODE,))
    try:
        with transaction(db.session()) as work:
            merging.merge_people(work, _secret(), address, by=reach.house(who), at=now())
    except Refused as refused:
        return _merge_page(address, refused.problems)
    flash(
        gettext("The two records are one now. Everything that was under %(address)s is here.", address=address), "good"
    )
    return redirect(url_for("account.desk"), 303)


# --- The profile in a form -----------------------------------------------------------------------------------------


@bp.post("/applications/<uuid:application_id>/profile/<question_key>")
@own_form
@takes_files
def fill(application_id: UUID, question_key: str) -> ResponseReturnValue:
    """Write my profile under a question. What was typed is kept first: the button stands in the form."""
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    definition = definition_by_version(work, found.call_version_id)
    if question_key not in fillable(definition, viewer()):
        raise NotFound()
    own = _own_part(found)
    saved = forms.save(work, found, own, forms.read(request.form, own), by=acting, at=now())
    question = definition.question(question_key)
    said, address = profile.profile_of(work, viewer().person_id), primary_address(work, viewer().person_id)
    kept = answers_of(work, found).get(question_key)
    typed = filled(definition, question, said, address, kept.value if kept else None)
    problem = None if typed is not None else replace(NOTHING_SAID, field=f"q-{question_key}")
    if typed is not None and saved.is_whole:
        with transaction(work):
            applying.save_answers(work, found, {question_key: typed}, {}, by=acting, at=now())
    if problem is not None:
        saved = replace(saved, problems=(*saved.problems, problem))
    return _after_filling(found, saved, question_key)


def _own_part(found: Application) -> Part:
    acting, work = here(Application).acting, db.session()
    definition = definition_by_version(work, found.call_version_id)
    parts = parts_of(work, found, definition)
    return next((part for part in parts if writes_part(part, acting)), parts[0])


def _after_filling(found: Application, saved: forms.Saved, question_key: str) -> ResponseReturnValue:
    back = back_to(found, here(Application).acting)
    if not saved.is_whole and back == url_for("applicant.edit", application_id=found.id):
        return edit_page(saved)
    for text in problem_texts(saved.problems):
        flash(text.text, "bad")
    if saved.is_whole:
        flash(gettext("Your profile stands there now. You can change it like everything else."), "good")
    return redirect(f"{back}#q-{question_key}", 303)
