"""The permission table: a snapshot that is read in review, and a conflict that beats every grant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.actors import Acting
from app.policy.table import POLICY, may
from app.policy.vocabulary import Action
from app.workflow.vocabulary import Hat, State

SNAPSHOT = Path(__file__).with_name("permissions.txt")


def matrix() -> str:
    lines = []
    for action in Action:
        for hat in Hat:
            states = [state.value for state in State if may(action, Acting(None, "x", frozenset({hat})), state) is None]
            if states:
                lines.append(
                    f"{action.value:22} {hat.value:15} {'any state' if len(states) == len(State) else ' '.join(states)}"
                )
    return "\n".join(lines) + "\n"


def test_the_matrix_is_the_one_that_was_read_in_review() -> None:
    assert matrix() == SNAPSHOT.read_text()


def test_every_action_has_a_rule() -> None:
    assert set(POLICY) == set(Action)


@given(st.sampled_from(list(Action)), st.frozensets(st.sampled_from(list(Hat))), st.sampled_from([*State, None]))
def test_a_conflict_closes_everything_but_saying_so(action: Action, hats: frozenset[Hat], state: State | None) -> None:
    answer = may(action, Acting(None, "x", hats | {Hat.CONFLICTED}), state)
    if action is not Action.DECLARE_CONFLICT:
        assert answer is not None
        assert answer.code == "conflict"


@pytest.mark.parametrize("action", [Action.READ_APPLICATION, Action.EXPORT_CALL, Action.READ_TRAIL, Action.SEE_RANKING])
def test_the_administrator_reads_no_application(action: Action) -> None:
    assert may(action, Acting(None, "x", frozenset({Hat.ADMINISTRATOR})), State.SUBMITTED) is not None


@given(st.frozensets(st.sampled_from(list(Hat))))
def test_drafts_are_private_to_their_team(hats: frozenset[Hat]) -> None:
    team = {Hat.LEAD_APPLICANT, Hat.SIDE_LEAD, Hat.MEMBER}
    if not hats & team:
        assert may(Action.READ_DRAFT, Acting(None, "x", hats), State.DRAFT) is not None
        assert may(Action.READ_APPLICATION, Acting(None, "x", hats), State.DRAFT) is not None
