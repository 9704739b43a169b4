"""A reviewer's way from the mail to the stored score, and what a conflict closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.identities.links import token_of
from app.identities.models import LinkPurpose, PersonalLink
from app.kernel.database import scoped
from app.reviews import services
from app.reviews.models import Assignment, PanelMember, Review, Score
from app.workflow.vocabulary import Move
from tests import stages
from tests.conftest import Clock
from tests.forms import forms, press, text_of
from tests.world import AFTER_CLOSING, World

Do = Callable[..., Any]
FULL = {
    "score__risk_breakthrough": 6,
    "remark__risk_breakthrough": "Bold.",
    "score__patient_impact": 5,
    "remark__patient_impact": "Large.",
    "score__external_funding": 4,
    "score__joint_feasibility": 5,
    "remark__joint_feasibility": "Yes.",
    "overall": 5,
    "for_applicant": "Good work.",
    "for_panel": "I would fund it.",
}


@pytest.fixture
def scene(world: World, do: Do, time: Clock) -> dict[str, Any]:
    """Two applications whose review has just started; nobody has answered the invitation."""

    def arrange(session: Any) -> dict[str, Any]:
        one = stages.submitted(session, world, title="Silent partners")
        two = stages.submitted(session, world, title="Loud neighbours", who=world.other_researcher)
        members = stages.named(session, world)
        for application in (one, two):
            stages.eligible(session, world, application)
        for side in ("ki", "mayo"):
            services.assign(
                session,
                stages.panels(session, world)[side],
                [(a.id, m.id) for a in (one, two) for m in members[side]],
                by=stages.ki_office(world),
                at=AFTER_CLOSING,
                among=select(type(one).id),
            )
        for application in (one, two):
            stages.applying.take(session, application, Move.START_REVIEW, by=stages.ki_office(world), at=AFTER_CLOSING)
        return {
            "one": one.id,
            "two": two.id,
            "rut": members["ki"][0].id,
            "runar": members["ki"][1].id,
            "rex": members["mayo"][0].id,
            "refs": (one.reference, two.reference),
        }

    found: dict[str, Any] = do(arrange)
    time.at = AFTER_CLOSING
    return found


@pytest.fixture
def link(do: Do, scene: dict[str, Any]) -> str:
    """The path in the mail to a reviewer of the KI panel who is not the chair."""

    def path(session: Any) -> str:
        found = session.scalars(
            select(PersonalLink).where(
                PersonalLink.purpose == LinkPurpose.REVIEW, PersonalLink.subject_id == scene["runar"]
            )
        ).one()
        return f"/p/{token_of('test-secret', found.id)}"

    return do(path)  # type: ignore[no-any-return]


def desk_of(do: Do, member_id: UUID, application_id: UUID) -> str:
    """The path of a reviewer's desk."""
    assignment = do(
        lambda s: s.scalar(
            scoped(
                select(Assignment.id).where(
                    Assignment.member_id == member_id, Assignment.application_id == application_id
                )
            )
        )
    )
    return f"/reviews/{assignment}"


def accepted(do: Do, scene: dict[str, Any], who: str) -> None:
    """Somebody has said yes and has no conflict."""

    def answer(session: Any) -> None:
        member = session.get_one(PanelMember, scene[who])
        by = stages.reviewer(session, member)
        services.answer_invitation(session, member, accepts=True, because="", by=by, at=AFTER_CLOSING)
        services.answer_conflicts(session, member, {}, by=by, at=AFTER_CLOSING)

    do(answer)


def test_from_the_mail_to_a_stored_score_in_three_pages_without_a_password(
    client: FlaskClient, scene: dict[str, Any], link: str, do: Do
) -> None:
    invitation = client.get(link)
    assert ("Silent partners" in text_of(invitation), "Ylva Exempelsson" in text_of(invitation)) == (True, True)
    conflicts = press(client, invitation, "^Yes")
    assert conflicts.request.path == f"/panels/{scene['runar']}/conflicts"
    desk = press(client, conflicts, "^Continue")
    assert desk.request.path == desk_of(do, scene["runar"], scene["one"])

    press(client, desk, "Save draft", score__patient_impact=6)

    assert do(
        lambda s: [(row.criterion, row.hundredths) for row in s.scalars(scoped(select(Score))) if row.hundredths]
    ) == [("patient_impact", 600)]


def test_fetching_the_link_twenty_times_changes_nothing(
    client: FlaskClient, link: str, scene: dict[str, Any], do: Do
) -> None:
    pages = {client.get(link).status_code for _ in range(20)}
    assert pages == {200}
    assert do(lambda s: s.get_one(PanelMember, scene["runar"]).accepted_at) is None


def test_the_link_opens_its_own_task_and_no_other(
    client: FlaskClient, scene: dict[str, Any], link: str, do: Do
) -> None:
    accepted(do, scene, "runar")
    accepted(do, scene, "rex")
    press(client, client.get(link), "^Continue")
    statuses = [
        client.get(path).status_code
        for path in (
            f"/memberships/{scene['runar']}",
            f"/memberships/{scene['rex']}",
            desk_of(do, scene["rex"], scene["one"]),
            f"/office/applications/{scene['one']}",
            f"/applications/{scene['one']}",
        )
    ]
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {403, 404}


def test_a_no_is_one_click_with_an_optional_reason(
    client: FlaskClient, scene: dict[str, Any], link: str, do: Do
) -> None:
    answer = press(client, client.get(link), "^No, I cannot", because="Not my field.", suggestion="Rita Rådlös")
    assert "You have said no" in text_of(answer)
    assert (
        do(lambda s: s.get_one(PanelMember, scene["runar"]).declined_because) == "Not my field. Suggests: Rita Rådlös."
    )
    assert (
        do(lambda s: list(s.scalars(scoped(select(Assignment.id).where(Assignment.member_id == scene["runar"]))))) == []
    )


def test_nothing_is_preselected_and_each_box_says_who_reads_it(
    as_: Callable[..., FlaskClient], world: World, scene: dict[str, Any], do: Do
) -> None:
    accepted(do, scene, "rex")
    browser = as_(world.reviewers[2])
    page = browser.get(desk_of(do, scene["rex"], scene["one"]))
    form = next(form for form in forms(page) if form.action.startswith("/reviews/"))
    assert [name for name in form.fields if name.startswith("score-") or name == "overall"] == []
    assert "1 is the best, 9 the poorest." in text_of(page)
    assert "Exceptional, hardly a weakness" in text_of(page)
    assert page.get_data(as_text=True).count('class="audience"') == 4 + 2


def test_a_draft_saves_with_nothing_in_it(
    as_: Callable[..., FlaskClient], world: World, scene: dict[str, Any], do: Do
) -> None:
    accepted(do, scene, "runar")
    browser = as_(world.reviewers[1])
    saved = press(browser, browser.get(desk_of(do, scene["runar"], scene["one"])), "Save draft")
    assert (saved.status_code, "Draft saved" in text_of(saved)) == (200, True)


def test_submitting_lists_everything_missing_and_keeps_what_was_typed(
    as_: Callable[..., FlaskClient], world: World, scene: dict[str, Any], do: Do
) -> None:
    accepted(do, scene, "runar")
    browser = as_(world.reviewers[1])
    page = browser.get(desk_of(do, scene["runar"], scene["one"]))
    refused = press(browser, page, "^Submit review of", for_panel="Half done.", score__patient_impact=3)
    assert refused.status_code == 422
    text = refused.get_data(as_text=True)
    assert 'href="#score-risk_breakthrough"' in text
    assert 'href="#score-patient_impact"' not in text
    kept = do(lambda s: s.scalars(scoped(select(Review))).one())
    assert (kept.for_panel, kept.submitted_at) == ("Half done.", None)
    done = press(browser, refused, "^Submit review of", **FULL)
    assert done.request.path == desk_of(do, scene["runar"], scene["two"])


def test_a_value_off_the_scale_is_refused_and_the_words_stay(
    as_: Callable[..., FlaskClient], world: World, scene: dict[str, Any], do: Do
) -> None:
    accepted(do, scene, "runar")
    browser = as_(world.reviewers[1])
    path = desk_of(do, scene["runar"], scene["one"])
    answer = browser.post(path, data={"version": "0", "overall": "8", "for_panel": "Do not lose me."})
    assert answer.status_code == 422
    assert "Choose a value from 1 to 7, in steps of 1." in text_of(answer)
    assert "Do not lose me." in text_of(answer)
    assert do(lambda s: s.scalars(scoped(select(Review))).all()) == []


def test_after_the_last_review_the_own_table_says_n_of_n(
    as_: Callable[..., FlaskClient], world: World, scene: dict[str, Any], do: Do
) -> None:
    accepted(do, scene, "runar")
    browser = as_(world.reviewers[1])
    page = browser.get(desk_of(do, scene["runar"], scene["one"]))
    page = press(browser, page, "^Submit review of", **FULL)
    page = press(browser, page, "^Submit review of", **FULL)
    assert page.request.path == f"/memberships/{scene['runar']}"
    assert "2 of 2: all your reviews are submitted" in text_of(page)


def test_the_slower_tab_gets_both_texts_and_chooses(
    as_: Callable[..., FlaskClient], world: World, scene: dict[str, Any], do: Do
) -> None:
    accepted(do, scene, "runar")
    browser = as_(world.reviewers[1])
    path = desk_of(do, scene["runar"], scene["one"])
    quick, slow = browser.get(path), browser.get(path)
    press(browser, quick, "Save draft", for_panel="The quick text.", for_applicant="Only the quick one.")

    both = press(browser, slow, "Save draft", for_panel="The slow text.", score__patient_impact=4)
    assert both.status_code == 409
    assert ("The quick text." in text_of(both), "The slow text." in text_of(both)) == (True, True)
    again = press(browser, both, "Save the chosen texts", keep__for_panel="yours")
    assert again.status_code == 409

    saved = press(
        browser,
        again,
        "Save the chosen texts",
        keep__for_panel="yours",
        keep__for_applicant="theirs",
        keep__score__patient_impact="yours",
        keep__overall="yours",
    )

    assert saved.status_code == 200
    kept = do(lambda s: s.scalars(scoped(select(Review))).one())
    assert (kept.for_panel, kept.for_applicant) == ("The slow text.", "Only the quick one.")
    assert do(lambda s: [row.hundredths for row in s.scalars(scoped(select(Score))) if row.hundredths]) == [400]


def test_a_conflict_closes_landing_conflicts_queue_and_desk(
    as_: Callable[..., FlaskClient], world: World, scene: dict[str, Any], do: Do
) -> None:
    browser, member, reference = as_(world.reviewers[1]), scene["runar"], scene["refs"][0]
    conflicts = press(browser, browser.get(f"/memberships/{member}/invitation"), "^Yes")
    assert reference in text_of(conflicts)
    path = desk_of(do, member, scene["one"])
    unsaid = press(browser, conflicts, "^Continue", conflict=str(scene["one"]))
    assert (unsaid.status_code, "Write in a few words" in text_of(unsaid)) == (422, True)

    press(browser, unsaid, "^Continue", **{f"reason-{scene['one']}": "Same group."})

    pages = [f"/memberships/{member}", f"/memberships/{member}/invitation", f"/panels/{member}/conflicts", "/desk"]
    seen = [browser.get(page) for page in pages]
    assert [page.status_code for page in seen] == [200] * 4
    assert [page.request.path for page in seen if reference in page.get_data(as_text=True)] == []
    assert browser.get(path).status_code == 404
    assert "0 of 1" in text_of(browser.get(pages[0]))


def test_a_conflict_noticed_while_reading_closes_the_desk(
    client: FlaskClient, scene: dict[str, Any], link: str, do: Do
) -> None:
    desk = press(client, press(client, client.get(link), "^Yes"), "^Continue")
    queue = press(client, desk, "^Close .* to me", reason="Now I know who this is.")
    assert queue.request.path == f"/memberships/{scene['runar']}"
    again = client.get(queue.request.path)
    assert (scene["refs"][0] in again.get_data(as_text=True), client.get(desk.request.path).status_code) == (False, 404)


def test_an_application_not_assigned_is_not_found(
    as_: Callable[..., FlaskClient], world: World, scene: dict[str, Any], do: Do
) -> None:
    accepted(do, scene, "runar")
    accepted(do, scene, "rut")
    browser = as_(world.reviewers[1])
    paths = [desk_of(do, scene["rut"], scene["one"]), f"/memberships/{scene['rut']}", f"/applications/{scene['one']}"]
    assert browser.get(paths[0]).status_code == browser.get(paths[1]).status_code == 404
    assert browser.post(paths[0], data={"version": "0"}).status_code == 404


def test_no_desk_opens_before_conflicts_are_answered(
    as_: Callable[..., FlaskClient], world: World, scene: dict[str, Any], do: Do
) -> None:
    browser = as_(world.reviewers[1])
    path = desk_of(do, scene["runar"], scene["one"])
    assert browser.get(path).status_code == 404
    press(browser, browser.get(f"/memberships/{scene['runar']}/invitation"), "^Yes")
    assert browser.get(path).status_code == 404
    assert browser.get(f"/memberships/{scene['runar']}").status_code == 302


def test_the_invitation_reads_well_in_both_languages(app: Flask, scene: dict[str, Any], do: Do) -> None:
    from app.communications.models import Letter
    from app.communications.rendering import words_of
    from app.running import letterhead

    with app.app_context():
        house = letterhead(app)
    letters = do(
        lambda s: [
            (x.values, x.link_id) for x in s.scalars(scoped(select(Letter).where(Letter.kind == "review_invitation")))
        ]
    )
    for values, link_id in letters:
        for locale in ("en", "sv"):
            words = words_of(house, "review_invitation", locale, values, link_id)
            assert values["call"] in words.subject
            assert "http://localhost/p/" in words.body
            assert "None" not in words.body
