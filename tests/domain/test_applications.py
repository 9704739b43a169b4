"""Applications: drafts always save, partners answer for themselves, submission freezes, and a step is taken once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications import queries, services
from app.applications.models import Answer, Application, ApplicationSide, ApplicationStep, Submission
from app.applications.parts import answers_of
from app.applications.snapshots import hash_of
from app.communications.models import Letter
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused
from app.kernel.money import Money
from app.programmes.models import Call
from app.workflow.vocabulary import Hat, Move, State
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, CLOSES, World, coordinator_of, lead

AT = BEFORE_CLOSING
ANSWERS = {
    "title_en": ["A bold idea"],
    "area": ["diagnosis"],
    "popular_summary": ["Short."],
    "research_plan": ["Plan."],
    "site_roles": ["Both."],
    "external_funding": ["Later."],
    "ki_budget_reasons": ["Salaries."],
    "mayo_budget_reasons": ["Supplies."],
}


def begin(session: Session, world: World) -> Application:
    return services.start_draft(session, session.get_one(Call, world.call), by=lead(world.researcher), at=AT)


def side(session: Session, application: Application, key: str) -> ApplicationSide:
    found = queries.side_of(session, application.id, key)
    assert found is not None
    return found


def partner_of(part: ApplicationSide) -> Acting:
    assert part.lead_person_id is not None
    return Acting(part.lead_person_id, "Pia Partner", frozenset({Hat.SIDE_LEAD}), frozenset({part.side_key}))


def complete(session: Session, world: World, mayo: Mapping[int, str] | None = None) -> Application:
    """A draft that can be submitted; the partner has confirmed unless `mayo` is over a cap."""
    application, by = begin(session, world), lead(world.researcher)
    services.save_answers(session, application, ANSWERS, {}, by=by, at=AT)
    services.save_budget(session, side(session, application, "ki"), {1: "450 000", 2: "450 000"}, by=by, at=AT)
    part = services.invite_partner(
        session, application, "mayo", name="Pia Partner", address="pia@mayo.example", by=by, at=AT
    )
    services.save_budget(session, part, {1: "48 000", 2: "48 000"}, by=partner_of(part), at=AT)
    services.confirm_side(session, part, name="Pia Partner", by=partner_of(part), at=AT)
    if mayo:
        services.save_budget(session, part, mayo, by=partner_of(part), at=AT)
    return application


def letters(session: Session, kind: str) -> list[Letter]:
    return list(session.scalars(scoped(select(Letter).where(Letter.kind == kind).order_by(Letter.created_at))))


def count(session: Session, model: type) -> int:
    return session.scalar(scoped(select(func.count()).select_from(model))) or 0


def submit(session: Session, application: Application, world: World) -> None:
    services.take(session, application, Move.SUBMIT, by=lead(world.researcher), at=AT)


def test_a_draft_without_a_single_answer_is_kept_and_continued(world: World, session: Session) -> None:
    draft = begin(session, world)
    assert services.save_answers(session, draft, {}, {}, by=lead(world.researcher), at=AT) == ()

    again = begin(session, world)

    assert again.id == draft.id
    assert (draft.state, draft.title, draft.reference) == (State.DRAFT, "", None)
    assert [
        part.side_key
        for part in session.scalars(
            scoped(
                select(ApplicationSide)
                .where(ApplicationSide.application_id == draft.id)
                .order_by(ApplicationSide.side_key)
            )
        )
    ] == ["ki", "mayo"]


def test_a_call_that_has_closed_begins_no_draft(world: World, session: Session) -> None:
    call = session.get_one(Call, world.call)
    with pytest.raises(Refused) as no:
        services.start_draft(session, call, by=lead(world.researcher), at=AFTER_CLOSING)
    assert [problem.code for problem in no.value.problems] == ["call_closed"]


def test_the_title_of_lists_follows_its_question(world: World, session: Session) -> None:
    draft, by = begin(session, world), lead(world.researcher)
    services.save_answers(session, draft, {"title_en": ["First"]}, {}, by=by, at=AT)
    assert draft.title == "First"
    services.save_answers(session, draft, {"title_en": [""]}, {"title_en": 1}, by=by, at=AT)
    assert draft.title == ""


def test_the_slower_of_two_windows_gets_both_texts_and_the_rest_is_kept(world: World, session: Session) -> None:
    draft, by = begin(session, world), lead(world.researcher)
    services.save_answers(session, draft, {"title_en": ["Mine"]}, {"title_en": 0}, by=by, at=AT)

    clashes = services.save_answers(
        session, draft, {"title_en": ["Other"], "site_roles": ["Both."]}, {"title_en": 0, "site_roles": 0}, by=by, at=AT
    )

    assert [(clash.field, clash.yours, clash.theirs, clash.version) for clash in clashes] == [
        ("q-title_en", "Other", "Mine", 1)
    ]
    kept = answers_of(session, draft)
    assert (kept["title_en"].value, kept["site_roles"].value) == ("Mine", "Both.")


def test_an_answer_emptied_and_written_again_still_knows_its_version(world: World, session: Session) -> None:
    draft, by = begin(session, world), lead(world.researcher)
    services.save_answers(session, draft, {"title_en": ["One"]}, {}, by=by, at=AT)
    services.save_answers(session, draft, {"title_en": [""]}, {"title_en": 1}, by=by, at=AT)
    assert answers_of(session, draft)["title_en"].value is None

    clashes = services.save_answers(session, draft, {"title_en": ["Two"]}, {"title_en": 1}, by=by, at=AT)

    assert [(clash.yours, clash.theirs) for clash in clashes] == [("Two", "")]


def test_an_answer_that_is_not_offered_is_refused_with_its_place(world: World, session: Session) -> None:
    draft = begin(session, world)
    with pytest.raises(Refused) as no:
        services.save_answers(session, draft, {"area": ["astrology"]}, {}, by=lead(world.researcher), at=AT)
    assert [(problem.code, problem.field) for problem in no.value.problems] == [("not_offered", "q-area")]
    assert count(session, Answer) == 0


def test_only_the_partner_writes_the_partners_budget(world: World, session: Session) -> None:
    application = complete(session, world)
    mayo = side(session, application, "mayo")
    with pytest.raises(NotAllowed):
        services.save_budget(session, mayo, {1: "1"}, by=lead(world.researcher), at=AT)
    assert queries.budgets(session, [application.id])[application.id]["mayo"] == {
        1: Money(4_800_000, "USD"),
        2: Money(4_800_000, "USD"),
    }


def test_the_partner_answers_the_questions_of_the_own_side_alone(world: World, session: Session) -> None:
    application = complete(session, world)
    by = partner_of(side(session, application, "mayo"))
    services.save_answers(
        session, application, {"title_en": ["Hijacked"], "mayo_budget_reasons": ["Travel."]}, {}, by=by, at=AT
    )
    services.save_answers(
        session, application, {"mayo_budget_reasons": ["Rewritten."]}, {}, by=lead(world.researcher), at=AT
    )
    kept = answers_of(session, application)
    assert (kept["title_en"].value, kept["mayo_budget_reasons"].value) == ("A bold idea", "Travel.")


def test_an_unreadable_amount_is_told_at_its_field(world: World, session: Session) -> None:
    draft = begin(session, world)
    with pytest.raises(Refused) as no:
        services.save_budget(
            session, side(session, draft, "ki"), {1: "plenty", 2: "100 000"}, by=lead(world.researcher), at=AT
        )
    assert [problem.field for problem in no.value.problems] == ["budget-ki-1"]


def test_over_a_cap_is_told_in_words_with_the_amounts(world: World, session: Session) -> None:
    application = complete(session, world, mayo={1: "60 000", 2: "48 000"})
    with pytest.raises(Refused) as no:
        submit(session, application, world)
    assert [str(problem) for problem in no.value.problems] == [
        "Mayo, year 1: USD 60,000 is USD 10,000 over the cap of USD 50,000 a year.",
        "Mayo, all years: USD 108,000 is USD 8,000 over the cap of USD 100,000 in all.",
    ]


def test_a_partner_over_the_cap_cannot_confirm(world: World, session: Session) -> None:
    draft, by = begin(session, world), lead(world.researcher)
    part = services.invite_partner(session, draft, "mayo", name="Pia", address="pia@mayo.example", by=by, at=AT)
    services.save_budget(session, part, {1: "60 000"}, by=partner_of(part), at=AT)
    with pytest.raises(Refused) as no:
        services.confirm_side(session, part, name="", by=partner_of(part), at=AT)
    assert [problem.field for problem in no.value.problems] == [
        "name",
        "budget-mayo-2",
        "budget-mayo-1",
        "q-mayo_budget_reasons",
    ]
    assert part.confirmed_at is None


def test_a_refused_submission_names_every_problem_and_changes_nothing(world: World, session: Session) -> None:
    draft = begin(session, world)
    with pytest.raises(Refused) as no:
        submit(session, draft, world)
    fields = [problem.field for problem in no.value.problems]
    required = [key for key in ANSWERS if key != "title_sv"]
    assert fields == [*(f"q-{key}" for key in required), "budget-ki", "side-mayo"]
    assert (draft.state, draft.reference, count(session, ApplicationStep)) == (State.DRAFT, None, 0)


def test_who_is_waited_for_is_named_with_side_and_since(world: World, session: Session) -> None:
    draft, by = begin(session, world), lead(world.researcher)
    part = services.invite_partner(session, draft, "mayo", name="Pia Partner", address="pia@mayo.example", by=by, at=AT)
    (waiting,) = queries.facts(session, draft, AT).waiting_sides
    assert (waiting.holder, waiting.side, waiting.since) == ("Pia Partner", "Mayo", AT)

    services.decline_side(session, part, because="No time.", by=partner_of(part), at=AT)

    (declined,) = queries.facts(session, draft, AT).waiting_sides
    assert declined.code == "side_declined"
    (letter,) = letters(session, "partner_answer")
    assert (letter.person_id, letter.values["because"]) == (world.researcher, "No time.")


def test_submitting_after_the_close_changes_nothing(world: World, session: Session) -> None:
    application = complete(session, world)
    with pytest.raises(Refused) as no:
        services.take(session, application, Move.SUBMIT, by=lead(world.researcher), at=CLOSES + timedelta(seconds=1))
    assert [problem.code for problem in no.value.problems] == ["call_closed"]
    assert (application.state, queries.draft_sheet(session, application).title) == (State.DRAFT, "A bold idea")


def test_submitting_at_the_last_instant_succeeds(world: World, session: Session) -> None:
    application = complete(session, world)
    services.take(session, application, Move.SUBMIT, by=lead(world.researcher), at=CLOSES)
    assert (application.state, application.reference) == (State.SUBMITTED, "MKB-27-0001")


def test_a_double_click_is_one_step_and_one_receipt_each(world: World, session: Session) -> None:
    application = complete(session, world)
    submit(session, application, world)
    with pytest.raises(NotAllowed) as no:
        submit(session, application, world)
    assert [problem.code for problem in no.value.problems] == ["no_such_move"]
    assert (count(session, ApplicationStep), count(session, Submission)) == (1, 1)
    receipts = letters(session, "receipt")
    mayo = side(session, application, "mayo")
    assert {letter.person_id for letter in receipts} == {world.researcher, mayo.lead_person_id}
    assert {letter.link_id is None for letter in receipts if letter.person_id == world.researcher} == {True}
    assert {letter.link_id is None for letter in receipts if letter.person_id != world.researcher} == {False}


def test_the_frozen_version_is_what_was_previewed_and_stays(world: World, session: Session) -> None:
    application = complete(session, world)
    preview = queries.draft_sheet(session, application)
    submit(session, application, world)
    frozen = queries.frozen_sheet(session, application.id)
    assert frozen is not None
    assert (frozen.sections, frozen.title) == (preview.sections, preview.title)
    assert [(s.key, s.years, s.total) for s in frozen.sides] == [(s.key, s.years, s.total) for s in preview.sides]

    answer = session.scalars(scoped(select(Answer).where(Answer.key == "title_en"))).one()
    answer.value = "Changed afterwards"
    session.flush()

    assert queries.frozen_sheet(session, application.id) == frozen
    kept = session.scalars(scoped(select(Submission))).one()
    assert kept.sha256 == hash_of(kept.snapshot) == frozen.sha256


def test_an_applicant_withdraws_with_a_reason_and_everybody_is_told(world: World, session: Session) -> None:
    application = complete(session, world)
    submit(session, application, world)
    with pytest.raises(Refused) as no:
        services.take(session, application, Move.WITHDRAW, by=lead(world.researcher), at=AT)
    assert [problem.code for problem in no.value.problems] == ["reason_missing"]

    services.take(session, application, Move.WITHDRAW, by=lead(world.researcher), at=AT, reason="Funded elsewhere.")

    assert application.state is State.WITHDRAWN
    assert [letter.values["reason"] for letter in letters(session, "withdrawn")] == ["Funded elsewhere."] * 2


def test_a_formal_rejection_tells_the_reason(world: World, session: Session) -> None:
    application = complete(session, world)
    submit(session, application, world)
    office = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
    with pytest.raises(Refused) as no:
        services.take(session, application, Move.PASS_CHECK, by=office, at=AFTER_CLOSING, reason="Fine.")
    assert [problem.code for problem in no.value.problems] == ["unticked"] * 5

    services.take(session, application, Move.FAIL_CHECK, by=office, at=AFTER_CLOSING, reason="Not breast cancer.")

    assert [letter.values["reason"] for letter in letters(session, "ineligible")] == ["Not breast cancer."] * 2


def test_ticks_follow_what_was_ticked_last(world: World, session: Session) -> None:
    application = complete(session, world)
    submit(session, application, world)
    office = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
    services.tick(session, application, ["both-sides", "employment", "nonsense"], by=office, at=AFTER_CLOSING)
    services.tick(session, application, ["employment"], by=office, at=AFTER_CLOSING)
    assert queries.ticked(session, application.id) == {"employment"}


def test_a_new_partner_takes_the_part_and_the_old_link_is_worth_nothing(world: World, session: Session) -> None:
    draft, by = begin(session, world), lead(world.researcher)
    first = services.invite_partner(session, draft, "mayo", name="Pia", address="pia@mayo.example", by=by, at=AT)
    services.save_budget(session, first, {1: "100"}, by=partner_of(first), at=AT)
    before = first.lead_person_id
    services.invite_partner(session, draft, "mayo", name="Per", address="per@mayo.example", by=by, at=AT)
    assert first.lead_person_id != before
    assert before is not None
    assert queries.invitation(session, first.id, before) is None
    assert queries.budgets(session, [draft.id])[draft.id] == {}


@pytest.mark.parametrize(
    ("name", "address", "fields"),
    [
        ("", "nobody", ["name", "address"]),
        ("Ylva", "ylva@ki.example", ["address"]),
    ],
)
def test_an_invitation_that_cannot_go_says_why(
    world: World, session: Session, name: str, address: str, fields: list[str]
) -> None:
    draft = begin(session, world)
    with pytest.raises(Refused) as no:
        services.invite_partner(session, draft, "mayo", name=name, address=address, by=lead(world.researcher), at=AT)
    assert [problem.field for problem in no.value.problems] == fields


def test_every_letter_renders_in_both_languages(world: World, session: Session) -> None:
    from app.communications.rendering import words_of
    from app.running import letterhead

    application = complete(session, world)
    submit(session, application, world)
    services.take(session, application, Move.WITHDRAW, by=lead(world.researcher), at=AT, reason="Funded elsewhere.")
    for kind in ("partner_invitation", "partner_answer", "receipt", "withdrawn"):
        for letter in letters(session, kind):
            for locale in ("en", "sv"):
                words = words_of(letterhead(), kind, locale, letter.values, letter.link_id)
                assert words.subject
                assert "{{" not in words.body
    rejected = {**letters(session, "withdrawn")[0].values, "reason": "Too late."}
    for locale in ("en", "sv"):
        assert "Too late." in words_of(letterhead(), "ineligible", locale, rejected, None).body


def test_everybody_who_leads_a_side_is_an_applicant(world: World, session: Session) -> None:
    application = complete(session, world)
    leads: dict[str, UUID] = {key: person for person, key in queries.applicants_of(session, application)}
    assert set(leads) == {"ki", "mayo"}
    assert leads["ki"] == world.researcher
