"""What sides ask of people: one application each, internal deadlines, nominations, conflicts, own letters, the EU."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.transfer import reads_outside
from app.applications import queries
from app.applications import services as applying
from app.applications.extensions import answer_extension, ask_extension
from app.applications.models import Application, Nomination
from app.applications.nominations import answer_nomination, ask_nomination
from app.applications.participation import both_invalid, seen_by_partner
from app.applications.points import mark_failed
from app.applications.reminders import remind_all
from app.applications.side_deadlines import internal_dues
from app.applications.verdicts import Outcome, Verdict, lines_of, verdict_of
from app.communications.models import Letter
from app.communications.rendering import Words, html_of, words_of
from app.decisions.effects import plain_paper
from app.identities.models import EmailAddress, Person
from app.identities.services import tell_place
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused, Stale
from app.programmes.models import Call
from app.reviews import queries as judging
from app.reviews import services as reviewing
from app.reviews.models import ConflictAnswer, PanelMember
from app.workflow.vocabulary import Hat, Move, State
from tests import stages
from tests.amended import amend, both
from tests.shows import shows
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, CLOSES, World, lead

INTERNAL = datetime.fromisoformat("2027-03-25T12:00:00+01:00")
SECOND = timedelta(seconds=1)


def internal(**more: Any) -> dict[str, Any]:
    moment = {"date": "2027-03-25", "time": "12:00:00", "zone": "Europe/Stockholm"}
    return {"key": "home", "title": both("Home deadline"), "kind": "side_ready", "moment": moment, **more}


def codes(refused: Any) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def partner_of(session: Session, application: Application) -> Acting:
    side = stages.side_of(session, application.id, "mayo")
    assert side.lead_person_id is not None
    person = session.get_one(Person, side.lead_person_id)
    return Acting(person.id, person.name, frozenset({Hat.SIDE_LEAD}), frozenset({"mayo"}))


def submit(session: Session, application: Application, at: datetime = BEFORE_CLOSING, **more: Any) -> None:
    person = session.get_one(Person, application.lead_person_id)
    applying.take(session, application, Move.SUBMIT, by=lead(person.id, person.name), at=at, **more)


def share_partner(session: Session, one: Application, other: Application) -> None:
    """The partner of the first leads Mayo's side of the second too."""
    first, second = (stages.side_of(session, each.id, "mayo") for each in (one, other))
    second.lead_person_id = first.lead_person_id
    session.flush()


def ready_twice(session: Session, world: World) -> tuple[Application, Application]:
    """One submitted, one complete draft of somebody else, with the same partner."""
    one = stages.submitted(session, world, title="First")
    two = stages.draft(session, world, title="Second", who=world.other_researcher)
    share_partner(session, one, two)
    stages.confirm(session, two)
    return one, two


# --- One application per person -------------------------------------------------------------------------------------


@shows("one_application.rule")
@pytest.mark.parametrize(("rule", "refused"), [("any", []), ("one_per_person", ["one_per_person"])])
def test_a_person_is_part_of_one_application_where_the_call_says_so(
    world: World, session: Session, rule: str, refused: list[str]
) -> None:
    amend(session, world, one_application={"rule": rule})
    _, two = ready_twice(session, world)

    problems = queries.facts(session, two, BEFORE_CLOSING).problems

    assert [problem.code for problem in problems] == refused
    assert not any("First" in str(problem) for problem in problems)  # another team’s title is not theirs to know


def test_somebody_named_by_a_second_address_is_the_same_person(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = stages.answers_for
    monkeypatch.setattr(stages, "answers_for", lambda *a: plain(*a) | {"coworker": []})
    person = {"key": "coworker", "section": "project", "kind": "person", "title": both("Coworker"), "required": False}
    amend(
        session, world, one_application={"rule": "one_per_person"}, more_questions=(person | {"used_for": ["record"]},)
    )
    one = stages.submitted(session, world)
    session.add(
        EmailAddress(
            person_id=one.lead_person_id, address="ylva@home.example", is_primary=False, created_at=BEFORE_CLOSING
        )
    )
    two = stages.draft(session, world, who=world.other_researcher)
    stages.confirm(session, two)
    assert queries.facts(session, two, BEFORE_CLOSING).problems == ()

    typed = {"coworker": ["Y. Exempelsson", "Ylva@Home.example"]}
    applying.save_answers(session, two, typed, {}, by=lead(world.other_researcher), at=BEFORE_CLOSING)

    with pytest.raises(Refused) as no:
        submit(session, two)
    assert codes(no) == ["one_per_person"]


@shows("one_application.most")
@pytest.mark.parametrize(("most", "refused"), [(1, ["most_as_lead"]), (2, [])])
def test_one_lead_has_as_many_applications_as_the_call_allows(
    world: World, session: Session, most: int, refused: list[str]
) -> None:
    amend(session, world, one_application={"rule": "most_as_lead", "most": most})
    stages.submitted(session, world)
    again = stages.draft(session, world, title="Again")
    stages.confirm(session, again)

    assert [problem.code for problem in queries.facts(session, again, BEFORE_CLOSING).problems] == refused


def test_where_two_make_both_invalid_it_is_told_before_and_stops_the_formal_check_of_both(
    world: World, session: Session
) -> None:
    definition = amend(session, world, one_application={"rule": "two_invalidate_both"})
    one = stages.submitted(session, world, title="First")
    two = stages.draft(session, world, title="Second")
    stages.confirm(session, two)
    partner = partner_of(session, two)

    assert [p.code for p in both_invalid(session, two, definition)] == ["two_invalidate_both"]
    assert seen_by_partner(session, two, definition, partner.person_id or world.outsider) == ()
    submit(session, two)

    for application in (one, two):
        checks = [check.key for check in definition.eligibility]
        applying.tick(session, application, checks, by=stages.ki_office(world), at=AFTER_CLOSING)
        with pytest.raises(Refused) as no:
            applying.take(
                session, application, Move.PASS_CHECK, by=stages.ki_office(world), at=AFTER_CLOSING, reason="ok"
            )
        assert codes(no) == ["two_applications"]
    by = stages.ki_office(world)
    applying.take(session, one, Move.FAIL_CHECK, by=by, at=AFTER_CLOSING, reason="Twice.")
    assert queries.facts(session, two, AFTER_CLOSING).unticked[0].code == "two_applications"


def test_where_two_make_both_invalid_only_main_applicants_count(world: World, session: Session) -> None:
    definition = amend(session, world, one_application={"rule": "two_invalidate_both"})
    one, two = ready_twice(session, world)  # the same partner in both, and each with a lead of its own
    submit(session, two)

    checks = [check.key for check in definition.eligibility]
    for application in (one, two):
        applying.tick(session, application, checks, by=stages.ki_office(world), at=AFTER_CLOSING)
        assert both_invalid(session, application, definition) == ()
        assert queries.facts(session, application, AFTER_CLOSING).unticked == ()


# --- Internal deadlines ---------------------------------------------------------------------------------------------

HARD = [
    # instant, hard, grace, whether the part takes something
    (INTERNAL - SECOND, True, 0, True),
    (INTERNAL, True, 0, True),
    (INTERNAL + SECOND, True, 0, False),
    (INTERNAL + timedelta(minutes=10), True, 10, True),
    (INTERNAL + timedelta(minutes=10, seconds=1), True, 10, False),
    (INTERNAL + timedelta(days=1), False, 0, True),
]


@shows(
    "sides.internal_deadlines.kind",
    "sides.internal_deadlines.moment",
    "sides.internal_deadlines.hard",
    "sides.internal_deadlines.grace_minutes",
)
@pytest.mark.parametrize(("at", "hard", "grace", "open_"), HARD)
def test_a_hard_internal_deadline_closes_the_part_of_one_side(
    world: World, session: Session, at: datetime, hard: bool, grace: int, open_: bool
) -> None:
    definition = amend(
        session, world, sides={"mayo": {"internal_deadlines": [internal(hard=hard, grace_minutes=grace)]}}
    )
    draft = stages.draft(session, world)
    by, side = partner_of(session, draft), stages.side_of(session, draft.id, "mayo")
    lead_side, own = stages.side_of(session, draft.id, "ki"), lead(world.researcher)

    written = applying.writable(session, draft, definition, by=by, at=at)
    applying.save_budget(session, lead_side, {1: "400 000"}, by=own, at=at)  # the other side goes on

    assert bool(written) is open_
    if open_:
        applying.save_budget(session, side, {1: "40 000"}, by=by, at=at)
        return
    for refused in (
        lambda: applying.save_budget(session, side, {1: "40 000"}, by=by, at=at),
        lambda: applying.confirm_side(session, side, name="Parker", by=by, at=at),
        lambda: applying.invite_partner(session, draft, "mayo", name="A", address="a@b.example", by=own, at=at),
    ):
        with pytest.raises(Refused) as no:
            refused()
        assert (codes(no), no.value.problems[0].side) == (["side_closed"], "Mayo")
    assert [p.code for p in queries.facts(session, draft, at).waiting_sides] == ["side_closed"]


def test_an_extension_of_the_side_moves_its_internal_deadline(world: World, session: Session) -> None:
    definition = amend(session, world, sides={"mayo": {"internal_deadlines": [internal()]}})
    draft, call = stages.draft(session, world), session.get_one(Call, world.call)
    later = INTERNAL + timedelta(days=3)

    asked = ask_extension(
        session, call, application_id=None, side_key="mayo", to=later, reason="A holiday.",
        by=stages.mayo_office(world), at=BEFORE_CLOSING,
    )  # fmt: skip
    assert internal_dues(session, draft, definition)[0].due.closes == INTERNAL
    answer_extension(session, call, asked.id, agrees=True, by=stages.ki_office(world), at=BEFORE_CLOSING)

    assert internal_dues(session, draft, definition)[0].due.closes == later
    assert queries.facts(session, draft, later).closes_at == CLOSES


@shows("sides.internal_deadlines.key", "sides.internal_deadlines.title", "reminders")
@pytest.mark.parametrize(("days", "count"), [([7], 1), ([6], 0)])
def test_an_internal_deadline_reminds_at_nine_where_the_side_is(
    world: World, session: Session, days: list[int], count: int
) -> None:
    amend(session, world, reminders=days, sides={"mayo": {"internal_deadlines": [internal(hard=False)]}})
    stages.draft(session, world)
    nine_in_rochester = datetime.fromisoformat("2027-03-18T09:00:00-05:00")

    remind_all(session, nine_in_rochester - SECOND)
    remind_all(session, nine_in_rochester)
    remind_all(session, nine_in_rochester + SECOND)

    letters = session.scalars(scoped(select(Letter).where(Letter.kind == "side_deadline_reminder"))).all()
    assert [(letter.values["what"], ":home:" in letter.dedupe) for letter in letters] == [
        ("Home deadline", True)
    ] * count


# --- Nominations ----------------------------------------------------------------------------------------------------


def nominating(session: Session, world: World, **more: Any) -> Application:
    amend(session, world, sides={"mayo": {"internal_deadlines": [internal(kind="nomination", **more)]}})
    draft = stages.draft(session, world)
    stages.confirm(session, draft)
    return draft


def test_where_a_side_nominates_only_its_nominated_may_be_submitted(world: World, session: Session) -> None:
    draft = nominating(session, world)
    by = stages.mayo_office(world)
    with pytest.raises(Refused) as no:
        submit(session, draft)
    assert codes(no) == ["nomination_missing"]

    asked = ask_nomination(session, draft, "mayo", by=lead(world.researcher), at=BEFORE_CLOSING)
    assert ask_nomination(session, draft, "mayo", by=lead(world.researcher), at=BEFORE_CLOSING) is asked
    with pytest.raises(Refused) as waits:
        submit(session, draft)
    with pytest.raises(Refused) as silent:
        answer_nomination(session, asked, nominates=False, reason=" ", version=1, by=by, at=BEFORE_CLOSING)
    answer_nomination(session, asked, nominates=False, reason="Another.", version=1, by=by, at=BEFORE_CLOSING)
    with pytest.raises(Refused) as refused:
        submit(session, draft)
    answer_nomination(session, asked, nominates=True, reason="", version=2, by=by, at=INTERNAL)
    submit(session, draft)

    assert (codes(waits), codes(silent), codes(refused)) == (
        ["nomination_waits"], ["reason_missing"], ["nomination_refused"]
    )  # fmt: skip
    assert draft.state is State.SUBMITTED
    kinds = sorted(session.scalars(scoped(select(Letter.kind).where(Letter.kind.startswith("nomination")))))
    assert kinds == ["nomination_answer", "nomination_answer", "nomination_asked"]


def test_a_nomination_belongs_to_its_side_its_time_and_one_answer(world: World, session: Session) -> None:
    draft = nominating(session, world)
    asked = ask_nomination(session, draft, "mayo", by=lead(world.researcher), at=BEFORE_CLOSING)

    with pytest.raises(NotAllowed):
        answer_nomination(
            session, asked, nominates=True, reason="", version=1, by=stages.ki_office(world), at=BEFORE_CLOSING
        )
    with pytest.raises(Stale):
        answer_nomination(
            session, asked, nominates=True, reason="", version=0, by=stages.mayo_office(world), at=BEFORE_CLOSING
        )
    with pytest.raises(Refused) as late:
        answer_nomination(
            session, asked, nominates=True, reason="", version=1, by=stages.mayo_office(world), at=INTERNAL + SECOND
        )
    assert codes(late) == ["nomination_over"]
    assert session.scalars(scoped(select(Nomination.is_nominated))).all() == [None]


# --- Grace ----------------------------------------------------------------------------------------------------------

GRACE = timedelta(minutes=10)
OPEN = [
    # when it is submitted, when the form was last used, minutes of grace, whether it is taken
    (CLOSES, None, 10, True),
    (CLOSES + SECOND, None, 10, False),
    (CLOSES + SECOND, CLOSES - SECOND, 10, True),
    (CLOSES + GRACE, CLOSES, 10, True),
    (CLOSES + GRACE + SECOND, CLOSES, 10, False),
    (CLOSES + SECOND, CLOSES - timedelta(hours=12), 10, True),
    (CLOSES + SECOND, CLOSES - timedelta(hours=12, seconds=1), 10, False),
    (CLOSES + SECOND, CLOSES + SECOND, 10, False),
    (CLOSES + SECOND, CLOSES - SECOND, 0, False),
]


@shows("grace_minutes")
@pytest.mark.parametrize(("at", "used", "grace", "taken"), OPEN)
def test_the_grace_belongs_to_a_form_that_was_open_at_the_deadline(
    world: World, session: Session, at: datetime, used: datetime | None, grace: int, taken: bool
) -> None:
    amend(session, world, grace_minutes=grace)
    draft = stages.draft(session, world)
    stages.confirm(session, draft)

    if taken:
        submit(session, draft, at, last_used=used)
    else:
        with pytest.raises(Refused) as no:
            submit(session, draft, at, last_used=used)
        assert codes(no) == ["call_closed"]
    assert (draft.state is State.SUBMITTED) is taken


# --- The formal check, and rules that software checks ---------------------------------------------------------------


@shows("eligibility.reason", "eligibility.key", "letters.kind", "letters.text")
def test_the_formal_letter_says_which_points_failed_and_the_calls_own_words(world: World, session: Session) -> None:
    points = [
        {"key": "employed", "title": both("Employed"), "reason": both("One leader is not employed")},
        {"key": "topic", "title": both("On topic")},
        {"key": "fine", "title": both("Fine"), "reason": both("Never said")},
    ]
    own = [{"kind": "ineligible", "text": both("<b>You</b> wrote {title_en} and {title_sv}.")}]
    amend(session, world, eligibility=points, letters=own, questions={"title_sv": {"required": False}})
    application = stages.submitted(session, world, title="Odd")
    by = stages.ki_office(world)
    applying.tick(session, application, ["fine", "topic"], by=by, at=AFTER_CLOSING)
    mark_failed(session, application, ["employed", "topic"], by=by, at=AFTER_CLOSING)
    assert queries.ticked(session, application.id) == {"fine"}

    applying.take(session, application, Move.FAIL_CHECK, by=by, at=AFTER_CLOSING, reason="See below.")

    letters = session.scalars(scoped(select(Letter).where(Letter.kind == "ineligible"))).all()
    texts = {each.locale: words_of(plain_paper(), each.kind, each.locale, each.values, None).body for each in letters}
    assert "– One leader is not employed (sv)\n– On topic (sv)" in texts["sv"]
    assert "– One leader is not employed\n– On topic" in texts["en"]
    assert "<b>You</b> wrote Odd and Odd." in texts["en"]
    page = html_of(plain_paper(), Words("Subject", texts["en"]), "en")
    assert ("&lt;b&gt;You&lt;/b&gt; wrote Odd" in page, "<b>You" in page) == (True, False)
    assert not any("Never said" in text for text in texts.values())


def test_the_calls_own_words_stand_in_the_draft_that_a_coordinator_corrects(world: World, session: Session) -> None:
    kinds = ("decision_award", "decision_decline", "review_invitation", "partner_invitation")
    own = [{"kind": kind, "text": both(f"{kind} of {{title_en}}")} for kind in kinds]
    amend(session, world, letters=own)
    stages.decided(
        session,
        world,
        stages.submitted(session, world, title="One"),
        stages.submitted(session, world, title="Two", who=world.other_researcher),
    )

    letters = session.scalars(scoped(select(Letter))).all()
    drafts = {each.kind: each.body for each in letters if each.kind.startswith("decision") and each.locale == "en"}
    asked = {each.kind: each.values["paragraph"] for each in letters if each.kind.endswith("invitation")}
    assert "decision_award of One" in (drafts["decision_award"] or "")
    assert "decision_decline of Two" in (drafts["decision_decline"] or "")
    assert asked["review_invitation"] == "review_invitation of –"
    assert asked["partner_invitation"].startswith("partner_invitation of ")


RULE = {"key": "short", "title": both("A short stay"), "holds": "days <= 30", "reason": both("Longer than planned")}
DAYS = {"key": "days", "section": "project", "kind": "number", "title": both("Days"), "used_for": ["eligibility"]}


@shows("rules.severity", "rules.holds", "rules.reason", "rules.title", "rules.key")
@pytest.mark.parametrize(
    ("days", "severity", "verdict"),
    [("30", "stops", Verdict.PASS), ("31", "caveat", Verdict.CAVEATS), ("31", "stops", None)],
)
def test_a_rule_stops_or_is_a_caveat_to_those_who_judge(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch, days: str, severity: str, verdict: Verdict | None
) -> None:
    amend(session, world, rules=[RULE | {"severity": severity}], more_questions=(DAYS,))
    plain = stages.answers_for
    monkeypatch.setattr(stages, "answers_for", lambda *a: plain(*a) | {"days": [days]})

    if verdict is None:
        with pytest.raises(Refused) as no:
            stages.submitted(session, world)
        assert (codes(no), "Longer than planned" in str(no.value)) == (["rule_not_met"], True)
        return
    lines = lines_of(session, stages.submitted(session, world).id)

    assert verdict_of(lines) is verdict
    assert [(line.rule.key, line.outcome, [i.text.en for i in line.inputs]) for line in lines] == [
        ("short", Outcome.MET if verdict is Verdict.PASS else Outcome.NOT_MET, [days])
    ]


# --- Conflicts that software sees -----------------------------------------------------------------------------------


@shows("sides.conflict_policy.same_institution")
@pytest.mark.parametrize(
    ("panel", "institution", "policy", "is_closed"),
    [
        ("ki", "KI", "allowed", False),
        ("ki", "karolinska  INSTITUTET", "conflict", True),
        ("ki", "KI", "other_sides_only", False),
        ("mayo", "KI", "other_sides_only", True),
        ("mayo", "Mayo Clinic", "other_sides_only", False),
        ("mayo", "Elsewhere University", "conflict", False),
    ],
)
def test_the_same_institution_closes_as_the_rule_of_the_side_says(
    world: World, session: Session, panel: str, institution: str, policy: str, is_closed: bool
) -> None:
    amend(session, world, sides={panel: {"conflict_policy": {"same_institution": policy}}})
    application = stages.submitted(session, world)
    found = stages.panels(session, world)[panel]
    by = stages.ki_office(world) if panel == "ki" else stages.mayo_office(world)

    member = reviewing.name_member(
        session, found, name="Rolf Ny", address="rolf@new.example", is_chair=False, institution=institution, by=by,
        at=AFTER_CLOSING,
    )  # fmt: skip

    among = select(Application.id).where(Application.call_id == world.call)
    members = judging.members_of(session, found, among=among)
    (row,) = judging.grid(session, found, members, 1, among=among)
    assert [cell.state for cell in row.cells] == ["conflict" if is_closed else "free"]
    reasons = session.scalars(scoped(select(ConflictAnswer.reason).where(ConflictAnswer.has_conflict))).all()
    assert [row.cells[0].why] == (list(reasons) if is_closed else [""])
    if is_closed:
        with pytest.raises(Refused) as no:
            reviewing.assign(session, found, [(application.id, member.id)], by=by, at=AFTER_CLOSING, among=among)
        assert codes(no) == ["conflict_seen"]


def test_a_conflict_of_an_application_that_came_later_is_seen_while_assigning(world: World, session: Session) -> None:
    amend(session, world, sides={"ki": {"conflict_policy": {"same_institution": "conflict"}}})
    members = stages.named(session, world)["ki"]
    tell_place(session.get_one(Person, members[0].person_id), institution="Karolinska Institutet")
    application = stages.submitted(session, world)
    among = select(Application.id).where(Application.call_id == world.call)

    with pytest.raises(Refused) as no:
        reviewing.assign(
            session, stages.panels(session, world)["ki"], [(application.id, members[0].id)],
            by=stages.ki_office(world), at=AFTER_CLOSING, among=among,
        )  # fmt: skip

    assert (codes(no), "Karolinska Institutet" in str(no.value)) == (["conflict_seen"], True)


@shows("sides.language")
@pytest.mark.parametrize("language", ["en", "sv"])
def test_people_of_a_side_who_chose_no_language_get_letters_in_that_of_the_side(
    world: World, session: Session, language: str
) -> None:
    amend(session, world, sides={"mayo": {"language": language}})
    draft = stages.draft(session, world)
    member: PanelMember = reviewing.name_member(
        session, stages.panels(session, world)["mayo"], name="Rolf Ny", address="rolf@new.example", is_chair=False,
        by=stages.mayo_office(world), at=AFTER_CLOSING,
    )  # fmt: skip

    asked = session.scalars(scoped(select(Letter.locale).where(Letter.application_id == draft.id))).all()
    assert (list(asked), session.get_one(Person, member.person_id).locale) == ([language], language)


# --- What stays in the EU -------------------------------------------------------------------------------------------


@shows("questions.leaves_eu", "sides.institution.country")
@pytest.mark.parametrize(
    ("country", "institution", "leaves", "is_outside"),
    [
        ("SE", "", False, False),
        ("IS", "", False, False),
        ("US", "Karolinska Institutet", False, True),
        (None, "KI", False, False),
        (None, "Mayo Clinic", False, True),
        (None, "", False, True),
        ("US", "", True, False),
    ],
)
def test_who_reads_outside_the_eu_sees_no_answer_that_stays_inside(
    world: World, session: Session, country: str | None, institution: str, leaves: bool, is_outside: bool
) -> None:
    definition = amend(session, world, questions={"site_roles": {"leaves_eu": leaves}})
    application = stages.submitted(session, world, title="Secret")
    reader = session.get_one(Person, world.reviewers[0])
    reader.country, reader.institution = country, institution

    assert reads_outside(session, reader.id, definition) is is_outside
    sheet = queries.frozen_sheet(session, application.id, is_outside=is_outside)
    assert sheet is not None
    shown = {answer.title.en: answer.text.en for _, answers in sheet.sections for answer in answers}
    assert ("Secret" in shown["Roles of the two sites"]) is not is_outside
    assert [title.en for title in sheet.withheld] == (["Roles of the two sites"] if is_outside else [])


def test_what_stays_in_the_eu_is_a_dash_in_letters(world: World, session: Session) -> None:
    own = [{"kind": "receipt", "text": both("Roles: {site_roles}; title: {title_en}.")}]
    amend(session, world, letters=own, questions={"site_roles": {"leaves_eu": False}})
    stages.submitted(session, world, title="Secret")

    letters = session.scalars(scoped(select(Letter).where(Letter.kind == "receipt"))).all()
    assert {letter.values["paragraph"] for letter in letters} == {
        "Roles: –; title: Secret.", "Roles: –; title: Secret. (sv)",
    }  # fmt: skip


@shows("transfer.notice", "transfer.basis")
def test_what_applicants_were_told_of_transfer_is_kept_with_what_they_submitted(world: World, session: Session) -> None:
    amend(session, world, transfer={"notice": both("Read in Rochester."), "basis": both("Article 46")})
    told = queries.frozen_sheet(session, stages.submitted(session, world).id)
    amend(session, world, transfer={"notice": both("Another notice.")})

    assert told is not None and told.notice is not None and told.basis is not None
    assert (told.notice.en, told.basis.sv) == ("Read in Rochester.", "Article 46 (sv)")
