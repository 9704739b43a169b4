"""Scales know which end is best; results count only what was given; equal results share a rank."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random
from statistics import median, stdev, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programmes.definition.tree import Grade, ScaleLabel
from app.programmes.definition.tree import Scale as DeclaredScale
from app.programmes.definition.vocabulary import Best, Overall
from app.programmes.kinds import Text
from app.reviews.rules import (
    Criterion,
    Rank,
    Result,
    Scale,
    overall,
    overall_grade,
    percentiles,
    ranks,
    rounded,
    score_text,
    summarise,
)

VR = Scale("vr", Decimal(1), Decimal(7), best="high", labels={Decimal(7): Text("Outstanding", "Enastående")})
Case = tuple[Scale, dict[int, list[Decimal | None]]]
NIH = Scale("nih", Decimal(1), Decimal(9), best="low")


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    step = draw(st.sampled_from((Decimal(1), Decimal("0.5"), Decimal("0.1"), Decimal(2))))
    low = step * draw(st.integers(-20, 20))
    return Scale("any", low, low + step * draw(st.integers(1, 12)), step, draw(st.sampled_from(("high", "low"))))


@st.composite
def scored(draw: st.DrawFn) -> Case:
    """A scale and the scores of some applications on it, with missing ones among them."""
    scale = draw(scales())
    score = st.none() | st.sampled_from(scale.points())
    return scale, draw(st.dictionaries(st.integers(0, 30), st.lists(score, max_size=5), max_size=8))


def results_of(scores: dict[int, list[Decimal | None]]) -> dict[int, Result]:
    return {key: summarise(values) for key, values in scores.items()}


@given(scales())
def test_the_points_of_a_scale_are_what_it_allows(scale: Scale) -> None:
    points = scale.points()
    assert (points[0], points[-1]) == (scale.low, scale.high)
    assert all(scale.allows(point) for point in points)
    assert not any(scale.allows(point + scale.step / 3) for point in points)
    assert not scale.allows(scale.low - scale.step)
    assert not scale.allows(scale.high + scale.step)


@given(scales())
def test_orientation_runs_from_worst_to_best(scale: Scale) -> None:
    oriented = [scale.oriented(point) for point in scale.points()]
    assert [scale.oriented(scale.worst_value), scale.oriented(scale.best_value)] == [0, 1]
    assert oriented == sorted(oriented, reverse=scale.best == "low")
    with pytest.raises(ValueError, match="outside"):
        scale.oriented(scale.high + scale.step)


@pytest.mark.parametrize(
    ("scale", "value", "oriented"),
    [
        (VR, 7, Fraction(1)),
        (VR, 4, Fraction(1, 2)),
        (NIH, 1, Fraction(1)),
        (NIH, 9, Fraction(0)),
        (NIH, 3, Fraction(3, 4)),
    ],
)
def test_orientation_follows_the_formula(scale: Scale, value: int, oriented: Fraction) -> None:
    assert scale.oriented(value) == oriented


@given(scored())
def test_counting_a_scale_from_the_other_end_keeps_the_ranks(case: Case) -> None:
    scale, scores = case
    mirrored = {
        key: summarise(None if value is None else scale.mirrored(value) for value in values)
        for key, values in scores.items()
    }
    assert ranks(mirrored, scale.flip()) == ranks(results_of(scores), scale)
    assert scale.flip().flip() == scale
    for point in scale.points():
        assert scale.flip().oriented(scale.mirrored(point)) == scale.oriented(point)


@given(scored())
def test_turning_the_direction_turns_the_order(case: Case) -> None:
    scale, scores = case
    there, back = ranks(results_of(scores), scale), ranks(results_of(scores), scale.flip())
    placed = {key: rank for key, rank in there.items() if rank is not None}
    for one, rank in placed.items():
        for other, its in placed.items():
            opposite, its_opposite = back[one], back[other]
            assert opposite is not None
            assert its_opposite is not None
            assert (rank.position < its.position) == (opposite.position > its_opposite.position)


def test_a_flipped_scale_keeps_the_meaning_of_its_values() -> None:
    assert VR.flip().labels == {Decimal(1): Text("Outstanding", "Enastående")}


@given(scales(), st.integers(1, 9))
def test_all_best_is_best(scale: Scale, n: int) -> None:
    result = summarise([scale.best_value] * n)
    assert [result.mean, result.median, result.n] == [scale.best_value, scale.best_value, n]
    assert result.mean is not None
    assert scale.oriented(result.mean) == 1
    assert ranks({"best": result, "worst": summarise([scale.worst_value])}, scale)["best"] == Rank(1)


numbers = st.lists(st.none() | st.integers(-9, 9) | st.fractions(-9, 9, max_denominator=10), max_size=8)


@given(numbers, st.randoms())
def test_a_result_does_not_depend_on_the_order(values: list[Fraction | int | None], chance: Random) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert summarise(shuffled) == summarise(values)


@given(numbers)
def test_missing_is_not_zero(values: list[Fraction | int | None]) -> None:
    present = [value for value in values if value is not None]
    assert summarise([*values, None]) == summarise(present)
    result = summarise([*present, 0])
    assert result.n == len(present) + 1
    if any(present) and all(value >= 0 for value in present):
        assert result.mean != summarise([*present, None]).mean


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=9))
def test_a_result_agrees_with_the_textbook(values: list[int]) -> None:
    result, exact = summarise(values), [Fraction(value) for value in values]
    assert [result.mean, result.median] == [sum(exact) / len(exact), median(exact)]
    assert result.spread == variance(exact)
    assert result.deviation == pytest.approx(stdev(values))
    assert [result.low, result.high] == [min(values), max(values)]


def test_one_score_has_no_spread_and_none_has_no_mean() -> None:
    assert summarise([4]) == Result(1, Fraction(4), Fraction(4), None, Fraction(4), Fraction(4))
    assert summarise([None]) == summarise([]) == Result(0)
    assert summarise([4]).deviation is None


weights = st.lists(st.integers(0, 5).map(Decimal), min_size=1, max_size=5)


@given(weights, st.data())
def test_a_computed_overall_lies_between_its_scores(weighing: list[Decimal], data: st.DataObject) -> None:
    criteria = [Criterion(f"c{place}", weight) for place, weight in enumerate(weighing)]
    scores = {criterion.key: data.draw(st.sampled_from(VR.points())) for criterion in criteria}
    counted = [scores[criterion.key] for criterion in criteria if criterion.weight]
    grade = overall(criteria, scores)
    if not counted:
        assert grade is None
    else:
        assert grade is not None
        assert min(counted) <= grade <= max(counted)
    assert overall(list(reversed(criteria)), scores) == grade


@given(weights, st.data())
def test_a_computed_overall_waits_for_every_score_that_counts(weighing: list[Decimal], data: st.DataObject) -> None:
    criteria = [Criterion(f"c{place}", weight) for place, weight in enumerate(weighing)]
    scores: dict[str, Decimal | None] = {criterion.key: Decimal(3) for criterion in criteria}
    left_out = data.draw(st.sampled_from(criteria))
    scores[left_out.key] = None
    others = [criterion for criterion in criteria if criterion.key != left_out.key and criterion.weight]
    expected = None if left_out.weight or not others else 3
    assert overall(criteria, scores) == expected
    del scores[left_out.key]
    assert overall(criteria, scores) == expected


def test_the_overall_is_entered_or_computed_as_the_call_says() -> None:
    criteria, scores = [Criterion("quality", Decimal(2)), Criterion("novelty")], {"quality": 6, "novelty": 3}
    assert overall_grade(Grade(Overall.ENTERED), 7, criteria, scores) == 7
    assert overall_grade(Grade(Overall.ENTERED), None, criteria, scores) is None
    assert overall_grade(Grade(Overall.COMPUTED), 7, criteria, scores) == 5


def test_a_weight_below_zero_is_a_bug() -> None:
    with pytest.raises(ValueError, match="below zero"):
        overall([Criterion("quality", Decimal(-1))], {"quality": 1})


def test_equal_results_share_a_rank() -> None:
    results = {name: summarise([score]) for name, score in (("d", 2), ("b", 3), ("a", 7), ("c", 3), ("none", None))}
    second = Rank(2, tied=True)
    assert ranks(results, VR) == {"a": Rank(1), "b": second, "c": second, "d": Rank(4), "none": None}
    assert ranks(results, NIH) == {"d": Rank(1), "b": second, "c": second, "a": Rank(4), "none": None}
    assert [str(rank) for rank in (Rank(1), second, Rank(4))] == ["1", "2=", "4"]


@given(scored(), st.randoms())
def test_ranks_do_not_depend_on_the_order_and_count_those_better(case: Case, chance: Random) -> None:
    scale, scores = case
    results = results_of(scores)
    placed = ranks(results, scale)
    shuffled = list(results.items())
    chance.shuffle(shuffled)
    assert ranks(dict(shuffled), scale) == placed
    means = {key: scale.oriented(result.mean) for key, result in results.items() if result.mean is not None}
    for key in results:
        if key not in means:
            assert placed[key] is None
            continue
        better = sum(mean > means[key] for mean in means.values())
        equal = sum(mean == means[key] for mean in means.values())
        assert placed[key] == Rank(better + 1, equal > 1)


@pytest.mark.parametrize(
    ("value", "places", "en", "sv"),
    [
        (Fraction(5, 2), 2, "2.50", "2,50"),
        (Fraction(1, 8), 2, "0.13", "0,13"),
        (Fraction(1005, 1000), 2, "1.01", "1,01"),
        (Fraction(2, 3), 2, "0.67", "0,67"),
        (Fraction(-1, 8), 2, "-0.13", "-0,13"),
        (Fraction(-1, 1000), 2, "0.00", "0,00"),
        (7, 2, "7.00", "7,00"),
        (Fraction(5, 2), 0, "3", "3"),
        (Decimal("0.125"), 2, "0.13", "0,13"),
    ],
)
def test_a_score_is_rounded_half_up_from_the_exact_value(value: Fraction, places: int, en: str, sv: str) -> None:
    assert (score_text(value, "en", places), score_text(value, "sv_SE", places)) == (en, sv)


@given(st.fractions(-99, 99), st.integers(0, 4))
def test_screen_and_export_show_the_same_number(value: Fraction, places: int) -> None:
    assert Decimal(score_text(value, "en", places)) == rounded(value, places)
    assert Decimal(score_text(value, "sv", places).replace(",", ".")) == rounded(value, places)
    assert abs(Fraction(rounded(value, places)) - value) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(("low", "high", "step"), [("1", "1", "1"), ("2", "1", "1"), ("1", "7", "0"), ("1", "7", "4")])
def test_a_scale_that_does_not_come_out_even_is_a_bug(low: str, high: str, step: str) -> None:
    with pytest.raises(ValueError, match="even"):
        Scale("odd", Decimal(low), Decimal(high), Decimal(step))


def test_a_scale_is_made_from_the_declared_one() -> None:
    labels = (ScaleLabel(Decimal(7), Text("Outstanding", "Enastående")),)
    assert Scale.of(DeclaredScale("vr", Decimal(1), Decimal(7), Best.HIGH, labels=labels)) == VR


def test_a_percentile_counts_those_behind_and_equals_half() -> None:
    ranked = {"a": Rank(1), "b": Rank(2, True), "c": Rank(2, True), "d": Rank(4), "e": None}

    assert percentiles(ranked) == {"a": 100, "b": 50, "c": 50, "d": 0, "e": None}
    assert percentiles({"alone": Rank(1)}) == {"alone": None}


@given(st.lists(st.integers(1, 7), min_size=1, max_size=12))
def test_a_flipped_scale_gives_the_same_ranks_and_percentiles(scores: list[int]) -> None:
    """What was 1 to 7 with 7 the best, told as 1 to 7 with 1 the best."""
    high = {place: summarise([Fraction(score)]) for place, score in enumerate(scores)}
    low = {place: summarise([Fraction(8 - score)]) for place, score in enumerate(scores)}
    flipped = Scale("flipped", Decimal(1), Decimal(7), best="low")

    assert ranks(high, VR) == ranks(low, flipped)
    assert percentiles(ranks(high, VR)) == percentiles(ranks(low, flipped))


@given(st.lists(st.integers(1, 7), min_size=2, max_size=12))
def test_percentiles_average_fifty(scores: list[int]) -> None:
    shares = percentiles(ranks({place: summarise([Fraction(score)]) for place, score in enumerate(scores)}, VR))

    assert sum(share for share in shares.values() if share is not None) == 50 * len(scores)
