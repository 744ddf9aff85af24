"""Comparators on the waiting list come first: equal to brute force, and nobody looks ahead."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentor_outcomes.errors import StudyError
from mentor_outcomes.groups import design_groups, risk_set_match, waiting_list
from mentor_outcomes.groups.nearby import Pool, Starts, nearby_in_classes
from mentor_outcomes.groups.propensity import starting_propensity
from mentor_outcomes.groups.records import records_of
from mentor_outcomes.study import Exposure, Groups
from tests.made_panel import SECTION, invented, panel_of

SETTINGS = Groups(
    min_tenure_months=6,
    exact=("grade", "job_family"),
    covariates=("tenure_months", "last_rating", "gender"),
    caliper_sd=1.0,
    prefer_waiting_list=True,
)
COLUMNS = {"set_id": "set", "is_mentored": "mentored", "person": "who", "score": "score"}
ROUNDING = 1e-12
"""Sums of the same numbers in another order differ by this at most."""


def by_hand(candidates: pd.DataFrame, ratio: int, caliper: float | None) -> dict:
    """Places given one by one: first to those waiting, nearest first, ties filling what is left."""
    weights = {}
    for label, members in candidates.groupby("set"):
        own = members[members["mentored"]].iloc[0]
        near = [
            (
                abs(round(other["score"] * 10) - round(own["score"] * 10)),
                other["waits"],
                other["who"],
            )
            for _, other in members[~members["mentored"]].iterrows()
        ]
        near = [one for one in near if caliper is None or one[0] <= round(caliper * 10)]
        if not near:
            continue
        weights[label, own["who"]] = 1.0
        n_chosen = min(ratio, len(near))
        left = n_chosen
        for waits in (True, False):
            for distance in sorted({d for d, w, _ in near if w == waits}):
                tied = [who for d, w, who in near if w == waits and d == distance]
                places = min(left, len(tied))
                left -= places
                if places:
                    weights |= {(label, who): places / len(tied) / n_chosen for who in tied}
    return weights


@st.composite
def candidate_tables(draw):
    """A few sets; scores in tenths, so that ties are common; some wait."""
    rows = []
    for label, size in enumerate(draw(st.lists(st.integers(0, 8), min_size=1, max_size=4))):
        for who in range(size + 1):
            score = draw(st.integers(-5, 5)) / 10
            rows.append((label, f"p{who}", who == 0, score, draw(st.booleans())))
    order = draw(st.permutations(range(len(rows))))
    return pd.DataFrame(rows, columns=["set", "who", "mentored", "score", "waits"]).iloc[
        list(order)
    ]


@settings(max_examples=120, deadline=None)
@given(
    candidates=candidate_tables(),
    ratio=st.integers(1, 4),
    caliper=st.sampled_from([None, 0.0, 0.2, 0.4]),
)
def test_preference_equals_giving_places_one_by_one(candidates, ratio, caliper):
    matched = risk_set_match(candidates, **COLUMNS, ratio=ratio, caliper=caliper, preferred="waits")
    found = matched.set_index(["set", "who"])["weight"].to_dict()
    assert found == pytest.approx(by_hand(candidates, ratio, caliper), abs=ROUNDING)
    nobody = risk_set_match(
        candidates.assign(waits=False), **COLUMNS, ratio=ratio, caliper=caliper, preferred="waits"
    )
    plain = risk_set_match(candidates, **COLUMNS, ratio=ratio, caliper=caliper)
    pd.testing.assert_frame_equal(nobody.drop(columns="waits"), plain.drop(columns="waits"))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n_pool=st.integers(0, 120),
    n_scores=st.sampled_from([1, 4, 1000]),
    ratio=st.integers(1, 5),
    limit=st.sampled_from([0, 3, 40, 10**12]),
)
def test_both_classes_are_searched_as_far_as_a_full_search_would(
    seed, n_pool, n_scores, ratio, limit
):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 20, n_pool)
    pool = Pool(
        rng.integers(0, 60, n_pool),
        rng.integers(0, 2, n_pool),
        rng.integers(0, n_scores, n_pool),
        first,
        first + rng.integers(0, 20, n_pool),
    )
    requested = rng.integers(0, 60, n_pool)
    starts = Starts(
        rng.integers(0, 60, 9),
        rng.integers(0, 3, 9),
        rng.integers(0, n_scores, 9),
        rng.integers(0, 30, 9),
        np.full(9, limit),
    )
    start, row, is_waiting = nearby_in_classes(pool, starts, ratio, requested)
    assert (is_waiting == (requested[row] < starts.day[start])).all()
    found = set(zip(start.tolist(), row.tolist(), strict=True))
    for one in range(9):
        distance = np.abs(pool.score - starts.score[one])
        fits = (
            (pool.cell == starts.cell[one])
            & (distance <= limit)
            & (pool.first <= starts.day[one])
            & (starts.day[one] <= pool.last)
            & (pool.person != starts.person[one])
        )
        for waits in (True, False):
            own = fits & ((requested < starts.day[one]) == waits)
            near = np.sort(distance[own])[:ratio]
            wanted = np.flatnonzero(own & (distance <= near.max(initial=-1)))
            assert {(one, r) for r in wanted.tolist()} <= found
        assert {r for s, r in found if s == one} <= set(np.flatnonzero(fits).tolist())


PEOPLE = invented(160, seed=4)
REQUESTS = {
    person.id: day
    for person, day in zip(
        PEOPLE,
        (
            date(2019, 6, 1) + timedelta(days=int(n))
            for n in np.random.default_rng(5).integers(0, 900, 160)
        ),
        strict=True,
    )
    if not (person.started and day > person.started)
}


def requests_of(days: dict) -> pd.DataFrame:
    frame = pd.DataFrame({"person_id": list(days), "requested_on": list(days.values())})
    return frame.assign(
        person_id=frame["person_id"].astype("str"),
        requested_on=pd.to_datetime(frame["requested_on"]).astype("datetime64[us]"),
    )


def designed(requests: pd.DataFrame | None, groups: Groups = SETTINGS, panel=None):
    months, spells, starts = panel or panel_of(PEOPLE)
    return design_groups(
        months,
        spells,
        starts,
        settings=groups,
        section=SECTION,
        exposure=Exposure(),
        first_requests=requests,
    )


def weights_by_day(matched_sets: pd.DataFrame) -> pd.Series:
    """Weights by mentored person and member, with the day, of the eligibility `employed`."""
    sets = matched_sets[matched_sets["eligibility"] == "employed"]
    of = sets[sets["is_mentored"]].set_index("set_id")["person_id"]
    named = sets.assign(of=sets["set_id"].map(of))
    return named.set_index(["of", "time_zero", "person_id"])["weight"].sort_index()


def test_sets_are_those_of_a_full_search_day_by_day_with_those_who_wait_first():
    months, spells, starts = panel_of(PEOPLE)
    records = records_of(months, spells, starts, SETTINGS.exact)
    propensity = starting_propensity(
        months, records, np.ones(len(records.people), bool), settings=SETTINGS, section=SECTION
    )
    keys = list(zip(months["person_id"], months["period"], strict=True))
    score = dict(zip(keys, propensity.score, strict=True))
    caliper = dict(zip(keys, propensity.caliper, strict=True))
    rows = []
    for someone in PEOPLE:
        day = someone.started
        if not day or not SECTION.observed_from < day <= SECTION.observed_to:
            continue
        period = day.month - 1
        for other in PEOPLE:
            is_self = other.id == someone.id
            began = is_self or not other.started or other.started > day
            here = other.hired < day < (other.left or date.max) and not other.is_away(day)
            tenured = (day - other.hired).days >= 6 * 365.25 / 12
            known = np.isfinite(score.get((other.id, period - 1), np.nan))
            if began and here and tenured and known:
                rows.append(
                    {
                        "set": someone.id,
                        "who": other.id,
                        "mentored": is_self,
                        "score": score[other.id, period - 1],
                        "grade": other.grade_on(day - timedelta(days=1)),
                        "family": other.family,
                        "reach": caliper[other.id, period - 1],
                        "waits": REQUESTS.get(other.id, date.max) < day,
                    }
                )
    candidates = pd.DataFrame(rows).groupby("set").filter(lambda rows: rows["mentored"].any())
    expected = risk_set_match(
        candidates,
        **COLUMNS,
        exact=["grade", "family"],
        ratio=3,
        caliper="reach",
        preferred="waits",
    ).set_index(["set", "who"])["weight"]
    found = weights_by_day(designed(requests_of(REQUESTS)).matched_sets).droplevel("time_zero")
    assert found.to_dict() == pytest.approx(expected.to_dict(), abs=ROUNDING)
    off = designed(None, replace(SETTINGS, prefer_waiting_list=False))
    assert found.to_dict() != weights_by_day(off.matched_sets).droplevel("time_zero").to_dict()


def test_requests_made_on_or_after_a_sets_day_change_nothing_of_it():
    cut = pd.Timestamp("2020-07-01")
    before = requests_of(REQUESTS)
    later = before["requested_on"] >= cut
    rng = np.random.default_rng(8)
    moved = before.assign(
        requested_on=before["requested_on"]
        .where(~later, cut + pd.to_timedelta(rng.integers(0, 400, len(before)), unit="D"))
        .astype("datetime64[us]")
    )
    forgotten = before[~later]
    early = [
        found[found.index.get_level_values("time_zero") <= cut]
        for found in (weights_by_day(designed(r).matched_sets) for r in (before, moved, forgotten))
    ]
    assert len(early[0]) > 50
    pd.testing.assert_series_equal(early[0], early[1])
    pd.testing.assert_series_equal(early[0], early[2])


def test_what_became_of_a_request_is_not_looked_at():
    """The same sets up to a day, whether those who wait get a mentor after it or never do."""
    cut = date(2020, 7, 1)
    never = [
        replace(p, started=None) if p.started and p.started > date(2020, 8, 1) else p
        for p in PEOPLE
    ]
    known = [replace(p, rating=3.0) for p in PEOPLE], [replace(p, rating=3.0) for p in never]
    found = []
    for people in known:
        # Without covariates all scores tie, so that the model of starts cannot carry news back.
        plain = replace(SETTINGS, covariates=(), exact=())
        sets = designed(requests_of(REQUESTS), plain, panel_of(people)).matched_sets
        weights = weights_by_day(sets)
        found.append(weights[weights.index.get_level_values("time_zero") <= pd.Timestamp(cut)])
    assert len(found[0]) > 50
    pd.testing.assert_series_equal(*found)


def test_rows_in_another_order_make_the_same_sets():
    shuffled = [frame.sample(frac=1, random_state=3) for frame in panel_of(PEOPLE)]
    requests = requests_of(REQUESTS)
    pd.testing.assert_series_equal(
        weights_by_day(designed(requests).matched_sets),
        weights_by_day(
            designed(requests.sample(frac=1, random_state=2), panel=shuffled).matched_sets
        ),
        rtol=0,
        atol=ROUNDING,
    )


@pytest.mark.parametrize("requests", [None, requests_of({})])
def test_without_any_request_the_setting_is_refused(requests):
    with pytest.raises(StudyError, match="no request for a mentor is recorded"):
        designed(requests)


def test_requests_of_those_alone_who_found_a_mentor_are_refused():
    started = {person.id for person in PEOPLE if person.started}
    matched = {who: day for who, day in REQUESTS.items() if who in started}
    assert 0 < len(matched) < len(REQUESTS)
    found = f"all who asked for a mentor before they had one \\({len(matched)} people"
    with pytest.raises(StudyError, match=found):
        designed(requests_of(matched))
    # Somebody whom the panel does not know is no sign that such requests were kept.
    with pytest.raises(StudyError, match=found):
        designed(requests_of({**matched, "a stranger": date(2020, 1, 1)}))
    one_more = next(who for who in REQUESTS if who not in started)
    designed(requests_of({**matched, one_more: REQUESTS[one_more]}))


def test_the_share_of_requests_that_led_to_nothing_is_told():
    """a was mentored later, b never; c asked when already mentored; d is nobody of the panel."""
    first = pd.DataFrame(
        {"person_id": ["a", "c"], "started_on": pd.to_datetime(["2020-03-01", "2020-01-01"])}
    )
    asked = requests_of({who: date(2020, 2, 1) for who in "abcd"})
    found = waiting_list(asked, first, pd.Series(["a", "b", "c"]))
    assert (found.n_waited, found.n_unmatched) == (2, 1)
    assert "of 2 people who asked for a mentor, 50% have none" in found.note
