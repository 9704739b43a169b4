"""Who may not judge, and what a redirect may not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.applications import services as applying
from app.kernel.errors import NotAllowed, Refused
from app.reviews import services as reviewing
from app.workflow.vocabulary import Move
from tests import stages
from tests.conftest import Clock
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World, lead

Do = Callable[..., Any]


def test_a_coordinator_of_the_call_is_not_named_to_a_panel(world: World, do: Do) -> None:
    def name(session: Any) -> None:
        reviewing.name_member(
            session,
            stages.panels(session, world)["ki"],
            name="Molly",
            address="molly@mayo.example",
            is_chair=True,
            by=stages.ki_office(world),
            at=AFTER_CLOSING,
        )

    with pytest.raises(Refused) as no:
        do(name)
    assert [problem.code for problem in no.value.problems] == ["coordinates_here"]


def test_a_panel_member_who_applies_sees_no_scores(
    world: World, do: Do, as_: Callable[..., FlaskClient], time: Clock
) -> None:
    def arrange(session: Any) -> Any:
        one = stages.submitted(session, world)
        own = stages.draft(session, world, title="Own idea", who=world.reviewers[0])
        stages.confirm(session, own)
        members = stages.in_review(session, world, one)
        stages.score(session, world, members["ki"][1], one, 6)
        return own.id

    own = do(arrange)
    time.at = AFTER_CLOSING
    panel = do(lambda s: stages.panels(s, world)["ki"].id)
    assert as_(world.reviewers[0]).get(f"/panel/{panel}").status_code == 200

    def apply(session: Any) -> None:
        application = session.scalars(
            stages.scoped(stages.select(stages.Application).where(stages.Application.id == own))
        ).one()
        applying.take(session, application, Move.SUBMIT, by=lead(world.reviewers[0]), at=BEFORE_CLOSING)

    do(apply)
    assert as_(world.reviewers[0]).get(f"/panel/{panel}").status_code == 404


def test_whoever_is_shut_out_of_one_application_takes_no_joint_decision(world: World, do: Do) -> None:
    from app.decisions import services as deciding

    def arrange(session: Any) -> None:
        one = stages.submitted(session, world)
        two = stages.submitted(session, world, title="Two", who=world.other_researcher)
        stages.reviewed(session, world, one, two)
        for application in (one, two):
            for side, by in (("ki", stages.ki_office(world)), ("mayo", stages.mayo_office(world))):
                typed = dict(enumerate(stages.ASKED[side], start=1))
                deciding.record_verdict(
                    session,
                    application,
                    side,
                    recommends=True,
                    reasons="Good.",
                    typed=typed,
                    version=0,
                    by=by,
                    at=AFTER_CLOSING,
                )
        reviewing.declare_conflict(
            session, world.mayo_coordinator, one, "A book.", by=stages.mayo_office(world), at=AFTER_CLOSING
        )
        deciding.record_decision(
            session,
            two,
            outcome="award",
            reasons="",
            feedback="Good.",
            took_part="M",
            by=stages.mayo_office(world),
            at=AFTER_CLOSING,
        )

    with pytest.raises(NotAllowed) as no:
        do(arrange)
    assert [problem.code for problem in no.value.problems] == ["conflict"]


@pytest.mark.parametrize(
    "target", ["/\t/evil.example", "/\n/evil.example", "//evil.example", "/\\evil.example", "https://e.example"]
)
def test_no_redirect_leaves_the_house(client: FlaskClient, world: World, target: str) -> None:
    answer = client.post("/language", data={"locale": "en", "next": target})
    assert answer.status_code == 303
    assert answer.headers["Location"] in ("/", "/desk")


@pytest.mark.parametrize("field", ["budget-ki-" + "9" * 5000, "q-title_en", "v-title_en"])
def test_bent_fields_are_no_server_error(world: World, do: Do, as_: Callable[..., FlaskClient], field: str) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))
    browser = as_(world.researcher)
    for value in ("1", "\0", "9" * 5000, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
        assert browser.post(f"/applications/{draft}/edit", data={field: value}).status_code < 500
    assert browser.get("/calls/%00").status_code == 400
