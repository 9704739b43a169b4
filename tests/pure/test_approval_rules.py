"""Who is asked, when an approval counts, when it lapses and what voids it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.approvals.models import Happening, Said
from app.applications.approvals.rules import (
    COVERS,
    Entry,
    Item,
    Leader,
    Status,
    Voice,
    Wanted,
    Word,
    changed,
    come_to,
    digest_of,
    ends_at,
    hash_of,
    part_of,
    status_of,
    voided_by_changes,
    wanted,
)
from app.programmes.definition import SHARED, Approval, Approver, Definition, Material, QuestionKind
from tests.approving import COUNTERSIGNED, EVERYTHING, HEAD, READY, SIGNED
from tests.shows import shows
from tests.world import KEY, load_catalogue

AT = datetime(2027, 4, 2, 8, tzinfo=UTC)
YES, NO = Said.YES, Said.NO
OWNERS = (SHARED, "ki", "mayo")
MATERIALS = st.frozensets(st.sampled_from(list(Material)))


def declared() -> Definition:
    known = load_catalogue()[KEY]
    return replace(known, questions=(*known.questions, HEAD))


LEADERS = (Leader("ki", UUID(int=1), "Ylva", True), Leader("mayo", UUID(int=2), "Parker", False))
OFFICE = {"ki": [(UUID(int=3), "Kajsa"), (UUID(int=4), "Karin")], "mayo": [(UUID(int=5), "Molly")]}
HARRIET = {"name": "Harriet", "email": "harriet@ki.example"}


@shows("approvals.who", "approvals.side", "approvals.question")
@pytest.mark.parametrize(
    ("approval", "expected"),
    [
        (READY, {"ki": ["Ylva"], "mayo": ["Parker"]}),
        (replace(READY, side="mayo"), {"mayo": ["Parker"]}),
        (replace(READY, who=Approver.LEAD_APPLICANT), {"ki": ["Ylva"]}),
        (replace(READY, who=Approver.LEAD_APPLICANT, side="mayo"), {}),
        (SIGNED, {"ki": ["Harriet"]}),
        (replace(SIGNED, side="mayo"), {}),
        (COUNTERSIGNED, {"ki": ["Kajsa", "Karin"], "mayo": ["Molly"]}),
        (replace(COUNTERSIGNED, side="mayo"), {"mayo": ["Molly"]}),
    ],
)
def test_each_approver_is_found_for_each_side(approval: Approval, expected: dict[str, list[str]]) -> None:
    found = wanted(approval, declared(), LEADERS, {"head": HARRIET}, OFFICE)

    assert {side: [person.name for person in people] for side, people in found.items()} == expected


def test_a_person_under_a_shared_question_signs_for_the_lead_applicants_side() -> None:
    shared = replace(declared(), questions=(*load_catalogue()[KEY].questions, replace(HEAD, section="project")))

    assert list(wanted(SIGNED, shared, LEADERS, {"head": HARRIET}, OFFICE)) == ["ki"]


@pytest.mark.parametrize("given_answer", [None, "", {"name": "Harriet"}, {"email": "harriet@ki.example"}])
def test_a_person_without_name_and_address_cannot_be_asked(given_answer: object) -> None:
    assert wanted(SIGNED, declared(), LEADERS, {"head": given_answer}, OFFICE) == {"ki": ()}  # type: ignore[dict-item]


def test_a_person_under_a_question_that_is_not_asked_now_is_not_wanted() -> None:
    assert wanted(SIGNED, declared(), LEADERS, {}, OFFICE) == {}


def test_several_people_under_one_question_are_all_asked() -> None:
    questions = (*load_catalogue()[KEY].questions, replace(HEAD, kind=QuestionKind.PEOPLE))
    rows = [HARRIET, {"name": "Didrik", "email": "didrik@ki.example"}, {"name": "No address"}]

    found = wanted(SIGNED, replace(declared(), questions=questions), LEADERS, {"head": rows}, OFFICE)

    assert found == {"ki": (Wanted("Harriet", None, "harriet@ki.example"), Wanted("Didrik", None, "didrik@ki.example"))}


words = st.sampled_from([None, *Said])


def voices(said: list[Said | None], until: datetime | None = None) -> list[Voice]:
    return [
        Voice(uuid4(), Word(AT, Entry(Happening.ANSWERED, AT, answer) if answer else None), until) for answer in said
    ]


@shows("approvals.at_least")
@given(said=st.lists(words, max_size=6), at_least=st.integers(1, 4))
def test_so_many_yeses_grant_and_fewer_do_not(said: list[Said | None], at_least: int) -> None:
    status = status_of(replace(READY, at_least=at_least, answers=tuple(Said)), voices(said), AT)

    assert (status is Status.GRANTED) == (said.count(YES) >= at_least)
    if status is Status.WAITING:
        assert said.count(YES) + said.count(None) >= at_least


@shows("approvals.answers")
def test_the_first_of_the_allowed_answers_grants() -> None:
    abstains = voices([Said.ABSTAIN])
    assert status_of(replace(READY, answers=("abstain", "no")), abstains, AT) is Status.GRANTED
    assert status_of(replace(READY, answers=("yes", "abstain")), abstains, AT) is Status.REFUSED


@given(said=st.lists(words, min_size=1, max_size=5), at_least=st.integers(1, 3), late=st.booleans())
def test_in_which_order_people_answer_never_matters(said: list[Said | None], at_least: int, late: bool) -> None:
    approval = replace(READY, at_least=at_least, answers=tuple(Said))
    all_voices = voices(said, AT - timedelta(hours=1) if late else None)

    assert len({status_of(approval, order, AT) for order in permutations(all_voices)}) == 1


happenings = st.lists(
    st.tuples(
        st.sampled_from(["Ylva", "Parker", "Molly"]),
        st.sampled_from([Happening.ASKED, Happening.ANSWERED, Happening.VOIDED, Happening.EXTENDED]),
        st.sampled_from(list(Said)),
    ),
    max_size=8,
)


@given(happened=happenings, at_least=st.integers(1, 3), data=st.data())
def test_deeds_of_different_people_may_be_interleaved_in_any_way(
    happened: list[tuple[str, Happening, Said]], at_least: int, data: st.DataObject
) -> None:
    approval = replace(READY, at_least=at_least, answers=tuple(Said))

    def granted(order: list[tuple[str, Happening, Said]]) -> Status:
        people = sorted({name for name, _, _ in order})
        told = {
            name: come_to(
                Entry(kind, AT, said if kind is Happening.ANSWERED else None)
                for who, kind, said in order
                if who == name
            )
            for name in people
        }
        return status_of(approval, [Voice(UUID(int=place), told[name]) for place, name in enumerate(people)], AT)

    names = data.draw(st.permutations([name for name, _, _ in happened]))
    own = {name: iter([deed for deed in happened if deed[0] == name]) for name in names}
    assert granted(happened) is granted([next(own[name]) for name in names])


def test_asking_anew_clears_a_no_and_a_voided_yes_waits_again() -> None:
    ask, yes, no = Entry(Happening.ASKED, AT), Entry(Happening.ANSWERED, AT, YES), Entry(Happening.ANSWERED, AT, NO)
    void = Entry(Happening.VOIDED, AT + timedelta(days=1), changed=("answers/shared/plan",))

    assert come_to([ask, no, ask]).answer is None
    word = come_to([ask, yes, void])
    assert (word.answer, word.was, word.since) == (None, yes, void.at)
    assert come_to([ask, yes, void, yes]) == replace(come_to([ask, yes]), since=void.at)


items = st.lists(
    st.builds(
        Item, st.sampled_from(list(Material)), st.sampled_from(OWNERS), st.sampled_from("abc"), st.sampled_from("xyz")
    ),
    max_size=8,
    unique_by=lambda item: item.path,
)


@shows("approvals.voided_by")
@given(before=items, after=items, kinds=MATERIALS, side=st.sampled_from(["ki", "mayo"]))
def test_a_change_voids_exactly_what_it_touches(
    before: list[Item], after: list[Item], kinds: frozenset[Material], side: str
) -> None:
    given_then = Entry(Happening.ANSWERED, AT, YES, material=part_of(before, side))

    paths = voided_by_changes(replace(READY, voided_by=tuple(kinds)), given_then, part_of(after, side))

    then, now = ({item.path: item for item in some} for some in (before, after))
    touched = {
        path
        for path in then.keys() | now.keys()
        if then.get(path) != now.get(path)
        and (then.get(path) or now[path]).owner in (SHARED, side)
        and (then.get(path) or now[path]).kind in {each for kind in kinds for each in COVERS.get(kind, (kind,))}
    }
    assert set(paths) == touched


@given(before=items, after=items)
def test_what_one_side_writes_in_its_own_part_never_voids_another_sides_word(
    before: list[Item], after: list[Item]
) -> None:
    shared = [item for item in before if item.owner == SHARED]
    own = [item for item in after if item.owner == "mayo"]
    then = [item for item in before if item.owner in (SHARED, "ki")]

    assert changed(part_of(before, "ki"), part_of([*then, *own], "ki"), EVERYTHING) == ()
    assert {item.path for item in shared} <= part_of(then, "mayo").keys()


@given(before=items, said=st.sampled_from([Said.NO, Said.RETURN, Said.ABSTAIN]))
def test_only_a_granting_answer_is_voided(before: list[Item], said: Said) -> None:
    approval = replace(READY, answers=tuple(Said))
    assert voided_by_changes(approval, Entry(Happening.ANSWERED, AT, said, material=part_of(before, "ki")), {}) == ()


@given(items, items)
def test_the_hash_is_the_same_exactly_for_the_same_material(one: list[Item], other: list[Item]) -> None:
    first, second = part_of(one, "ki"), part_of(other, "ki")
    assert (hash_of(READY, "ki", "Title", first) == hash_of(READY, "ki", "Title", second)) == (first == second)
    assert hash_of(READY, "ki", "Title", first) != hash_of(READY, "mayo", "Title", first)
    assert hash_of(READY, "ki", "Title", first) != hash_of(READY, "ki", "Another", first)


def test_equal_values_have_equal_digests_in_whatever_order_they_were_written() -> None:
    assert digest_of({"a": 1, "b": "ö"}) == digest_of({"b": "ö", "a": 1}) != digest_of({"a": 1, "b": "o"})


WINDOWS = [
    # asked at (UTC), days, zone, last instant (UTC)
    ("2027-04-01T12:00", 7, "Europe/Stockholm", "2027-04-08T21:59:59"),
    ("2027-04-01T12:00", 7, "America/Chicago", "2027-04-09T04:59:59"),
    ("2027-04-01T12:00", 7, "America/Phoenix", "2027-04-09T06:59:59"),
    ("2027-04-01T22:30", 7, "Europe/Stockholm", "2027-04-09T21:59:59"),  # asked after midnight in Stockholm
    ("2027-04-01T03:00", 1, "America/Chicago", "2027-04-02T04:59:59"),  # still the day before in Rochester
    ("2027-03-25T12:00", 3, "Europe/Stockholm", "2027-03-28T21:59:59"),  # ends on the day of the change: 22 h
    ("2027-03-12T12:00", 2, "America/Chicago", "2027-03-15T04:59:59"),  # the American change comes first
    ("2027-03-12T12:00", 2, "Europe/Stockholm", "2027-03-14T22:59:59"),
    ("2027-10-30T12:00", 1, "Europe/Stockholm", "2027-10-31T22:59:59"),  # the day of 25 hours
    ("2027-11-06T12:00", 1, "America/Chicago", "2027-11-08T05:59:59"),
    ("2027-10-31T12:00", 3, "America/Chicago", "2027-11-04T04:59:59"),  # between the two changes
    ("2027-12-31T12:00", 1, "Europe/Stockholm", "2028-01-01T22:59:59"),
    ("2028-02-28T12:00", 1, "Europe/Stockholm", "2028-02-29T22:59:59"),
]


@shows("approvals.days")
@pytest.mark.parametrize(("asked", "days", "zone", "last"), WINDOWS)
def test_a_window_ends_with_a_day_of_the_sides_own_clocks(asked: str, days: int, zone: str, last: str) -> None:
    at, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (asked, last))

    assert ends_at(replace(SIGNED, days=days), at, zone) == end
    assert ends_at(replace(SIGNED, days=None), at, zone) is None
    voice = voices([None], end)
    assert status_of(SIGNED, voice, end) is Status.WAITING
    assert status_of(SIGNED, voice, end + timedelta(seconds=1)) is Status.LAPSED
    assert status_of(SIGNED, voices([YES], end), end + timedelta(days=9)) is Status.GRANTED
