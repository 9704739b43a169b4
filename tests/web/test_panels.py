"""The office's page of a panel, the chair's results, and the seal between panels."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.applications.models import Application
from app.kernel.database import scoped
from app.reviews import services
from app.reviews.models import Assignment, PanelMember
from app.workflow.vocabulary import State
from tests import stages
from tests.conftest import Clock
from tests.forms import forms, press, text_of
from tests.world import AFTER_CLOSING, World

Do = Callable[..., Any]
Browse = Callable[..., FlaskClient]


@pytest.fixture
def scene(world: World, do: Do, time: Clock) -> dict[str, Any]:
    """Two applications in review; the first reviewer of each panel chairs it."""

    def arrange(session: Any) -> dict[str, Any]:
        one = stages.submitted(session, world, title="Silent partners")
        two = stages.submitted(session, world, title="Loud neighbours", who=world.other_researcher)
        members = stages.in_review(session, world, one, two)
        ids = {side: [member.id for member in members[side]] for side in members}
        panels = {side: panel.id for side, panel in stages.panels(session, world).items()}
        return {"one": one.id, "two": two.id, "members": ids, "panels": panels, "refs": (one.reference, two.reference)}

    found: dict[str, Any] = do(arrange)
    time.at = AFTER_CLOSING
    return found


def score(do: Do, world: World, scene: dict[str, Any], side: str, place: int, which: str, value: int) -> None:
    """A submitted review."""

    def give(session: Any) -> None:
        member = session.get_one(PanelMember, scene["members"][side][place])
        application = session.scalars(scoped(select(Application).where(Application.id == scene[which]))).one()
        stages.score(session, world, member, application, value)

    do(give)


def revise(do: Do, world: World, scene: dict[str, Any], side: str, place: int, which: str, value: str) -> None:
    """The reviewer changes the overall grade."""

    def change(session: Any) -> None:
        from app.reviews import desk

        member = session.get_one(PanelMember, scene["members"][side][place])
        assignment = session.scalars(
            scoped(
                select(Assignment).where(Assignment.member_id == member.id, Assignment.application_id == scene[which])
            )
        ).one()
        review, sheet = desk.review_of(session, assignment), desk.sheet_of(session, assignment)
        assert review is not None
        typed = desk.typed_of(session, sheet, review) | {"overall": value}
        services.submit_review(
            session, assignment, typed, review.version, by=stages.reviewer(session, member), at=AFTER_CLOSING
        )

    do(change)


def test_the_coordinator_names_assigns_and_starts_from_one_page(world: World, do: Do, time: Clock, as_: Browse) -> None:
    def arrange(session: Any) -> tuple[Any, UUID, UUID]:
        application = stages.submitted(session, world)
        stages.eligible(session, world, application)
        named = stages.panels(session, world)
        return application.id, named["ki"].id, named["mayo"].id

    application, ki, mayo = do(arrange)
    time.at = AFTER_CLOSING
    for who, panel, people in (
        (world.ki_coordinator, ki, ("rut", "runar")),
        (world.mayo_coordinator, mayo, ("rex", "rhea")),
    ):
        browser = as_(who)
        page = browser.get(f"/office/panels/{panel}")
        for name in people:
            page = press(browser, page, "^Add to the panel", name=name.title(), address=f"{name}@review.example")
        assert "Lacking" in text_of(page)
        members = do(
            lambda s, panel=panel: list(s.scalars(select(PanelMember.id).where(PanelMember.panel_id == panel)))
        )
        page = press(browser, page, "^Save assignments", pair=[f"{application}.{member}" for member in members])
        assert "Lacking" not in text_of(page)

    answer = press(browser, page, "^Start review of")

    assert answer.status_code == 200
    assert do(lambda s: s.scalar(scoped(select(Application.state)))) is State.IN_REVIEW
    assert "Invited, no answer yet" in text_of(browser.get(f"/office/panels/{mayo}"))


def test_a_refused_name_keeps_what_was_typed(world: World, scene: dict[str, Any], as_: Browse) -> None:
    browser = as_(world.ki_coordinator)
    page = browser.get(f"/office/panels/{scene['panels']['ki']}")
    refused = press(browser, page, "^Add to the panel", name="Ylva", address="ylva@ki.example")
    assert refused.status_code == 422
    assert "takes part in an application" in text_of(refused)
    assert next(form for form in forms(refused) if "name" in form.fields).fields["name"] == ["Ylva"]


def test_the_other_sides_panel_is_sealed_and_its_pages_do_not_exist(
    world: World, scene: dict[str, Any], as_: Browse
) -> None:
    browser = as_(world.ki_coordinator)
    assert "sealed until all panels have closed" in text_of(browser.get(f"/office/panels/{scene['panels']['ki']}"))
    for path in (f"/office/panels/{scene['panels']['mayo']}", f"/panel/{scene['panels']['mayo']}"):
        assert browser.get(path).status_code == 404
        assert browser.post(path + "/close").status_code in (404, 405)


def whole(browser: FlaskClient, path: str) -> str:
    """Every byte of a page but the forgery token, which is signed with the second it was made in."""
    return re.sub(r'(name="csrf[-_]token" (?:value|content))="[^"]*"', r"\1", browser.get(path).get_data(as_text=True))


def test_no_page_of_ki_changes_by_a_byte_when_a_mayo_score_does(
    world: World, scene: dict[str, Any], do: Do, as_: Browse
) -> None:
    for side in ("ki", "mayo"):
        score(do, world, scene, side, 0, "one", 5)
    browser = as_(world.ki_coordinator)
    paths = (
        f"/office/panels/{scene['panels']['ki']}",
        f"/panel/{scene['panels']['ki']}",
        f"/office/calls/{world.call}",
        f"/office/applications/{scene['one']}",
        f"/office/calls/{world.call}/ranking",
        f"/office/calls/{world.call}/trail",
        f"/office/calls/{world.call}/letters",
        f"/office/calls/{world.call}/exports",
    )
    before = {path: whole(browser, path) for path in paths}
    revise(do, world, scene, "mayo", 0, "one", "1")
    score(do, world, scene, "mayo", 1, "one", 2)
    assert [path for path in paths if whole(browser, path) != before[path]] == []
    revise(do, world, scene, "ki", 0, "one", "2")
    assert whole(browser, paths[1]) != before[paths[1]]


def test_the_chair_sees_results_on_the_own_scale_best_first(
    world: World, scene: dict[str, Any], do: Do, as_: Browse
) -> None:
    score(do, world, scene, "mayo", 0, "one", 6)
    score(do, world, scene, "mayo", 1, "one", 7)
    score(do, world, scene, "mayo", 0, "two", 2)
    answer = as_(world.reviewers[2]).get(f"/panel/{scene['panels']['mayo']}")
    page, cells = text_of(answer), re.findall(r'<td class="num">([^<]*)</td>', answer.get_data(as_text=True))
    assert "1 is the best, 9 the poorest." in page
    assert page.index(scene["refs"][1]) < page.index(scene["refs"][0])
    assert cells[:6] == ["1", "1/2", "2.00", "2.00", "2.00", "–"]
    assert cells[10:16] == ["2", "2/2", "6.50", "6.50", "6.50", "0.71"]
    assert "3 of 4 reviews submitted" in page
    assert as_(world.reviewers[3]).get(f"/panel/{scene['panels']['mayo']}").status_code == 404


def test_a_chair_in_conflict_sees_neither_the_application_nor_its_count(
    world: World, scene: dict[str, Any], do: Do, as_: Browse
) -> None:
    score(do, world, scene, "ki", 1, "one", 6)
    browser = as_(world.reviewers[0])
    page = browser.get(f"/panel/{scene['panels']['ki']}")
    assert "1 of 4 reviews submitted" in text_of(page)

    after = press(browser, page, f"^Close {scene['refs'][0]} to me", reason="We are married.")

    assert after.request.path == f"/panel/{scene['panels']['ki']}"
    after = browser.get(f"/panel/{scene['panels']['ki']}")
    assert (scene["refs"][0] in after.get_data(as_text=True), "0 of 2 reviews submitted" in text_of(after)) == (
        False,
        True,
    )


def test_a_coordinator_in_conflict_loses_the_application_everywhere(
    world: World, scene: dict[str, Any], do: Do, as_: Browse
) -> None:
    score(do, world, scene, "ki", 1, "one", 6)
    browser = as_(world.ki_coordinator)
    gone = press(
        browser, browser.get(f"/office/applications/{scene['one']}"), "^I have a conflict", reason="Same group."
    )
    assert gone.request.path == f"/office/calls/{world.call}"
    browser.get(f"/office/calls/{world.call}")
    for path in (
        f"/office/panels/{scene['panels']['ki']}",
        f"/panel/{scene['panels']['ki']}",
        f"/office/calls/{world.call}",
    ):
        answer = browser.get(path)
        assert (answer.status_code, scene["refs"][0] in answer.get_data(as_text=True)) == (200, False)
    assert browser.get(f"/office/applications/{scene['one']}").status_code == 404
    assert "0 of 2" in text_of(browser.get(f"/panel/{scene['panels']['ki']}"))


def test_a_member_in_conflict_is_shown_so_and_cannot_be_ticked(
    world: World, scene: dict[str, Any], do: Do, as_: Browse
) -> None:
    def declare(session: Any) -> None:
        member = session.get_one(PanelMember, scene["members"]["ki"][1])
        services.answer_conflicts(
            session, member, {scene["one"]: "Cousin."}, by=stages.reviewer(session, member), at=AFTER_CLOSING
        )

    do(declare)
    page = as_(world.ki_coordinator).get(f"/office/panels/{scene['panels']['ki']}")
    pair = f"{scene['one']}.{scene['members']['ki'][1]}"
    assert ("conflict" in text_of(page), pair in page.get_data(as_text=True)) == (True, False)
    forged = as_(world.ki_coordinator).post(f"/office/panels/{scene['panels']['ki']}/assignments", data={"pair": pair})
    assert forged.status_code == 422


def test_a_panel_with_missing_reviews_closes_for_a_reason_and_the_last_one_moves_the_call_on(
    world: World, scene: dict[str, Any], do: Do, as_: Browse
) -> None:
    chair = as_(world.reviewers[0])
    refused = press(chair, chair.get(f"/panel/{scene['panels']['ki']}"), "^Close the panel")
    assert (refused.status_code, "Assigned reviews are missing" in text_of(refused)) == (422, True)
    closed = press(chair, refused, "^Close the panel", reason="The reviewer is ill.")
    assert "The panel has closed" in text_of(closed)
    assert do(lambda s: set(s.scalars(scoped(select(Application.state))))) == {State.IN_REVIEW}

    office = as_(world.mayo_coordinator)
    press(office, office.get(f"/panel/{scene['panels']['mayo']}"), "^Close the panel", reason="Enough.")

    assert do(lambda s: set(s.scalars(scoped(select(Application.state))))) == {State.REVIEWED}


def test_an_invitation_can_be_sent_again(world: World, scene: dict[str, Any], do: Do, as_: Browse) -> None:
    from app.communications.models import Letter

    browser = as_(world.ki_coordinator)

    def count() -> int:
        found = select(Letter.id).where(Letter.kind == "review_invitation")
        return len(do(lambda s: s.scalars(scoped(found)).all()))

    before = count()
    press(browser, browser.get(f"/office/panels/{scene['panels']['ki']}"), "^Send again")
    assert count() == before + 1


def test_a_reviewer_and_a_stranger_do_not_enter_the_panels_office(
    world: World, scene: dict[str, Any], as_: Browse, client: FlaskClient
) -> None:
    path = f"/office/panels/{scene['panels']['ki']}"
    statuses = [as_(who).get(path).status_code for who in (world.reviewers[1], world.outsider, world.researcher)]
    assert (statuses, client.get(path).status_code) == ([404] * 3, 302)
    assert as_(world.reviewers[0]).get(path).status_code == 403
