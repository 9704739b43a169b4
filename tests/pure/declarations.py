"""Declarations made at random, valid by construction: one to four sides and every record of the tree."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.programmes.definition import Definition, from_data

KEYS = ("alpha", "beta", "gamma", "delta")
COUNTRIES = {"SEK": ("SE", "Europe/Stockholm"), "USD": ("US", "America/Chicago"), "EUR": ("DE", "Europe/Berlin")}
words = st.sampled_from(
    ("Plain", "Två ord", 'Quoted "so"', "Line one\nline two", "Tab\there", "Back\\slash", "’”–", "#x = 1")
)
both = st.builds(lambda en, sv: {"en": en, "sv": sv}, words, words)
percent = st.integers(0, 100)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, a marked unknown, or nothing."""
    return st.one_of(strategy, st.just({"unknown": "No source tells it."}), st.none())


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or nothing."""
    return st.one_of(strategy, st.none())


def table(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A table without the keys that came out as nothing."""
    return st.fixed_dictionaries(keys).map(
        lambda made: {key: value for key, value in made.items() if value is not None}
    )


def moment(day: str) -> dict[str, str]:
    return {"date": day, "time": "14:00:00", "zone": "Europe/Stockholm"}


@st.composite
def sides(draw: st.DrawFn, count: int) -> list[dict[str, Any]]:
    """So many sides, the first leading."""
    made = []
    for place in range(count):
        currency = draw(st.sampled_from(sorted(COUNTRIES)))
        country, zone = COUNTRIES[currency]
        side: dict[str, Any] = {
            "key": KEYS[place],
            "lead": place == 0,
            "optional": place > 0 and draw(st.booleans()),
            "language": draw(st.sampled_from(("en", "sv"))),
            "institution": {"name": f"Institute {place}", "short": f"I{place}", "country": country, "zone": zone},
            "pays": draw(st.booleans()) or place == 0,
        }
        if draw(st.booleans()):
            side["internal_deadlines"] = [
                {
                    "key": "home",
                    "title": draw(both),
                    "kind": "side_ready",
                    "moment": moment("2027-03-01"),
                    "hard": draw(st.booleans()),
                }
            ]
        if side["pays"]:
            side |= draw(money(currency, KEYS[:count]))
        if draw(st.booleans()):
            policy = table(
                text=maybe(both),
                same_institution=st.sampled_from(("allowed", "conflict")),
                coauthor_years=some(st.integers(0, 9)),
            )
            side["conflict_policy"] = draw(policy)
        made.append(side)
    return made


def money(currency: str, keys: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    cap = table(with_sides=st.lists(st.sampled_from(keys), min_size=1, unique=True), cap_total=st.integers(1, 10**7))
    options = st.just(
        [
            {"key": "salaries", "title": {"en": "Salaries", "sv": "Löner"}},
            {"key": "travel", "title": {"en": "Travel", "sv": "Resor"}},
        ]
    )
    return table(
        currency=st.just(currency),
        cap_per_year=maybe(st.integers(1, 10**5)),
        cap_total=some(st.integers(10**5, 10**7)),
        caps_when=some(st.lists(cap, min_size=1, max_size=2)),
        overhead=st.just("on_top"),
        overhead_percent=st.sampled_from((25, "12.5", 0)),
        allowed_costs=some(options),
        refused_costs=maybe(both),
        source_of_funds=maybe(both),
    )


CONDITIONS = st.recursive(
    st.sampled_from(
        (
            {"question": "stay", "is": "yes"},
            {"question": "days", "at_least": 3},
            {"question": "title_en", "answered": True},
            {"question": "where", "is_not": "b"},
        )
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"any": parts}),
    ),
    max_leaves=4,
)
OPTIONS = [{"key": "a", "title": {"en": "A", "sv": "A"}}, {"key": "b", "title": {"en": "B", "sv": "B"}}]
BY_KIND: dict[str, dict[str, Any]] = {
    "long_text": {"max_words": 300, "max_pages": 2},
    "markdown": {"max_chars": 900},
    "choices": {"options": OPTIONS},
    "yes_no_text": {"text_on": "yes", "max_words": 50},
    "money": {"currency": "SEK", "minimum": 1, "maximum": 9},
    "date": {"not_before": "2027-01-01", "not_after": "2028-01-01"},
    "period": {"min_days": 14, "max_days": 90},
    "person": {},
    "people": {"min_rows": 1, "max_rows": 4},
    "institution": {},
    "country": {},
    "orcid": {},
    "file": {
        "file_types": ["pdf"],
        "max_megabytes": 5,
        "max_pages": 3,
        "file_name": "Plan_{last}",
        "parts": [
            {"key": "plan", "title": {"en": "Plan", "sv": "Plan"}, "max_pages": 5},
            {"key": "cv", "title": {"en": "CV", "sv": "CV"}, "required": False},
        ],
    },
    "table": {
        "columns": [
            {"key": "item", "title": {"en": "Item", "sv": "Post"}},
            {"key": "n", "kind": "number", "title": {"en": "N", "sv": "N"}},
        ]
    },
    "publications": {"since_year": 2018, "max_starred": 5},
    "declaration": {},
    "calculated": {"formula": "days * 2 + 1"},
    "letter": {"min_rows": 1, "max_rows": 2, "days_late": 14, "seen_by": ["applicant"]},
    "host": {"days_late": 3},
}


@st.composite
def questions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Four that others look at, then one of every kind that was drawn."""
    title = draw(both)
    made: list[dict[str, Any]] = [
        {"key": "title_en", "section": "project", "kind": "short_text", "title": title, "required": True},
        {"key": "stay", "section": "project", "kind": "yes_no", "title": title, "used_for": ["eligibility"]},
        {"key": "days", "section": "project", "kind": "number", "title": title, "minimum": 0},
        {"key": "where", "section": "project", "kind": "choice", "title": title, "options": OPTIONS},
    ]
    for kind in draw(st.lists(st.sampled_from(sorted(BY_KIND)), unique=True, max_size=5)):
        entry = {"key": f"q_{kind}", "section": "more", "kind": kind, "title": draw(both), **BY_KIND[kind]}
        entry |= draw(
            table(help=some(both), when=some(CONDITIONS), leaves_eu=st.booleans(), criteria=some(st.just(["quality"])))
        )
        made.append(entry)
    return made


@st.composite
def whole(draw: st.DrawFn) -> dict[str, Any]:
    """Plain data of a declaration."""
    count = draw(st.integers(1, 4))
    made = draw(
        table(
            schema=st.just(1),
            key=st.just("made-up"),
            programme=st.just("mayo-ki-breast"),
            reference_prefix=st.just("MADE"),
            year=st.integers(1990, 2100),
            is_fictional=st.just(True),
            title=both,
            summary=both,
            purpose=maybe(both),
            emphasis=maybe(both),
            ai_use=maybe(both),
            languages=some(st.just(["sv", "en"])),
            areas=st.just(
                [
                    {"key": "breast", "title": {"en": "Breast", "sv": "Bröst"}},
                    {"key": "blood", "title": {"en": "Blood", "sv": "Blod"}},
                ]
            ),
            event=some(table(name=both, begins=st.just("2027-12-09"), ends=st.just("2027-12-10"), place=some(words))),
            announced=maybe(st.just(moment("2027-01-10"))),
            opens=maybe(st.just(moment("2027-02-01"))),
            closes=maybe(st.just(moment("2027-04-01"))),
            grace_minutes=maybe(st.integers(0, 60)),
            drafts_kept_days=some(st.integers(30, 400)),
            reminders=some(st.just([7, 2])),
            decision_by=maybe(st.just("2027-06-01")),
            disposal_end=maybe(st.just("2029-12-31")),
            changes_need=st.sampled_from(("lead", "every_side")),
            years=st.just(2),
            contingent_years=maybe(st.just([2])),
            gate=maybe(both),
            max_awards=maybe(st.integers(1, 20)),
            one_application=some(st.sampled_from(({"rule": "most_as_lead", "most": 2}, {"rule": "one_per_person"}))),
            team=some(st.sampled_from(({"all_answer": True}, {"most_in_programme": 2}))),
            stages=some(
                st.lists(
                    st.sampled_from(
                        ("outline", "signature", "eligibility", "review", "triage", "rejoinder", "interview")
                    ),
                    unique=True,
                )
            ),
            outline=some(table(closes=some(st.just(moment("2027-03-01"))), selects=st.booleans())),
            eligibility=some(
                st.lists(table(key=st.just("employed"), title=both, ask=some(both), reason=some(both)), max_size=1)
            ),
            rules=some(
                st.just(
                    [
                        {
                            "key": "long",
                            "title": {"en": "L", "sv": "L"},
                            "holds": "days >= 14",
                            "reason": {"en": "R", "sv": "R"},
                            "severity": "caveat",
                        }
                    ]
                )
            ),
            checks=some(
                st.just(
                    [
                        {
                            "key": "both",
                            "holds": 'stay or where = "a"',
                            "message": {"en": "M", "sv": "M"},
                            "question": "stay",
                        }
                    ]
                )
            ),
            limit_tolerance_percent=st.integers(0, 50),
            title_question=st.just("title_en"),
            sections=st.just(
                [
                    {"key": "project", "owner": "shared", "title": {"en": "P", "sv": "P"}, "stage": "outline"},
                    {
                        "key": "more",
                        "owner": "alpha",
                        "title": {"en": "M", "sv": "M"},
                        "budget": True,
                        "when": {"question": "stay", "is": "yes"},
                    },
                ]
            ),
            questions=questions(),
            scales=st.just(
                [
                    {"key": "nine", "low": 1, "high": 9, "best": "low", "labels": {"1": {"en": "B", "sv": "B"}}},
                    {"key": "halves", "low": 1, "high": 5, "step": "0.5", "best": "high"},
                    {
                        "key": "feasible",
                        "kind": "categorical",
                        "labels": [{"en": "Yes", "sv": "Ja"}, {"en": "No", "sv": "Nej"}],
                    },
                    {"key": "enough", "kind": "binary"},
                ]
            ),
            criteria=st.just(
                [
                    {"key": "quality", "title": {"en": "Q", "sv": "K"}, "weight": "1.5", "text_required": True},
                    {
                        "key": "means",
                        "title": {"en": "F", "sv": "G"},
                        "scale": "enough",
                        "threshold": 1,
                        "areas": ["breast"],
                        "panels": ["first"],
                    },
                ]
            ),
            panels=st.just(
                [
                    {
                        "key": "first",
                        "title": {"en": "1", "sv": "1"},
                        "side": "alpha",
                        "scale": "nine",
                        "min_reviews": 2,
                        "result": "ten_times_mean",
                    },
                    {
                        "key": "last",
                        "title": {"en": "2", "sv": "2"},
                        "side": "joint",
                        "scale": "halves",
                        "after": ["first"],
                        "reviews_by": moment("2027-05-01"),
                    },
                ]
            ),
            overall=st.sampled_from(
                (
                    {"how": "entered", "threshold": 3},
                    {"how": "computed", "formula": "weighted_sum"},
                    {"how": "computed", "formula": "expression", "expression": "quality * 2"},
                )
            ),
            review_terms=maybe(both),
            rejoinder=some(st.just({"days": 14, "max_words": 400})),
            interview=some(
                table(begins=maybe(st.just("2027-05-10")), ends=maybe(st.just("2027-05-11")), place=some(both))
            ),
            decision=some(
                table(
                    model=st.sampled_from(("both_recommend", "rank_sum", "study_section_then_committee")),
                    weights=some(st.just([{"side": "alpha", "value": "1.5"}])),
                    vetoes=some(st.just(["alpha"])),
                    quotas=some(st.just([{"area": "breast", "most": 1}])),
                    ties=some(st.just(["smaller_spread", "lots"])),
                    committee=some(st.just("last")),
                    text=some(both),
                )
            ),
            letters=some(st.just([{"kind": "decision_award", "text": {"en": "On {title_en}", "sv": "Om {title_en}"}}])),
            after=some(table(report=maybe(both), success=maybe(both))),
            records=some(table(retention_class=some(words), years=maybe(st.integers(1, 50)))),
            transfer=some(table(basis=maybe(both), notice=maybe(both))),
            privacy=some(table(basis=maybe(both), contact=maybe(both), public_records=maybe(both))),
            approvals=some(
                st.just(
                    [
                        {
                            "key": "head",
                            "kind": "signature",
                            "title": {"en": "H", "sv": "P"},
                            "who": "side_lead",
                            "window": "after_closing",
                            "days": 7,
                            "voided_by": ["budget"],
                            "answers": ["yes", "return"],
                        }
                    ]
                )
            ),
        )
    )
    made["sides"] = draw(sides(count))
    return made


def declarations() -> st.SearchStrategy[Definition]:
    """Valid declarations."""
    return whole().map(lambda data: from_data(data, "made up"))
