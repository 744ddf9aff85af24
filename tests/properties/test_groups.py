"""Matching equals brute force, and no order of rows or names decides anything."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentor_outcomes.calendar import DAYS_PER_MONTH
from mentor_outcomes.groups import design_groups, risk_set_match
from mentor_outcomes.groups.nearby import Pool, Starts, nearby
from mentor_outcomes.groups.propensity import starting_propensity
from mentor_outcomes.groups.records import records_of
from mentor_outcomes.study import Exposure, Groups
from tests.made_panel import SECTION, invented, panel_of

SETTINGS = Groups(
    min_tenure_months=6,
    exact=("grade", "job_family"),
    covariates=("tenure_months", "last_rating", "gender"),
)
TABLES = ("flow", "matched_sets", "balance", "overlap")
COLUMNS = {"set_id": "set", "is_mentored": "mentored", "person": "who", "score": "score"}
ROUNDING = 1e-12
"""Sums of the same numbers in another order differ by this at most."""


def brute_force(candidates, ratio, caliper, exact):
    """Weights by set and person, set by set and person by person, in tenths that add exactly."""
    weights = {}
    for label, members in candidates.groupby("set"):
        mentored = members[members["mentored"]].iloc[0]
        distances = {}
        for _, other in members[~members["mentored"]].iterrows():
            distance = abs(round(other["score"] * 1e9) - round(mentored["score"] * 1e9))
            alike = all(other[name] == mentored[name] for name in exact)
            if alike and (caliper is None or distance <= round(caliper * 1e9)):
                distances[other["who"]] = distance
        if not distances:
            continue
        n_chosen = min(ratio, len(distances))
        last = sorted(distances.values())[n_chosen - 1]
        closer = [who for who, distance in distances.items() if distance < last]
        tied = [who for who, distance in distances.items() if distance == last]
        weights[label, mentored["who"]] = 1.0
        weights |= {(label, who): 1 / n_chosen for who in closer}
        share = (n_chosen - len(closer)) / (len(tied) * n_chosen)
        weights |= {(label, who): share for who in tied}
    return weights


@st.composite
def candidate_tables(draw):
    """A few sets; scores in tenths, so that ties are common."""
    sizes = draw(st.lists(st.integers(0, 8), min_size=1, max_size=5))
    rows = []
    for label, size in enumerate(sizes):
        for who in range(size + 1):
            score = draw(st.integers(-6, 6)) / 10
            grade = draw(st.sampled_from([1.0, 2.0, np.nan]))
            rows.append((label, f"p{who}", who == 0, score, grade))
    order = draw(st.permutations(range(len(rows))))
    frame = pd.DataFrame(rows, columns=["set", "who", "mentored", "score", "grade"])
    return frame.iloc[list(order)]


@settings(max_examples=80, deadline=None)
@given(
    candidates=candidate_tables(),
    ratio=st.integers(1, 4),
    caliper=st.sampled_from([None, 0.0, 0.1, 0.3]),
    exact=st.sampled_from([[], ["grade"]]),
)
def test_matching_equals_brute_force(candidates, ratio, caliper, exact):
    before = candidates.copy()
    matched = risk_set_match(candidates, **COLUMNS, ratio=ratio, caliper=caliper, exact=exact)
    found = matched.set_index(["set", "who"])["weight"].to_dict()
    assert found == pytest.approx(brute_force(candidates, ratio, caliper, exact), abs=ROUNDING)
    assert matched.index.isin(candidates.index).all()
    pd.testing.assert_frame_equal(candidates, before)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n_pool=st.integers(0, 120),
    n_scores=st.sampled_from([1, 4, 1000]),
    ratio=st.integers(1, 5),
    limit=st.sampled_from([0, 3, 40, 10**12]),
)
def test_looking_outward_finds_all_that_a_full_search_would_choose(
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
    starts = Starts(
        rng.integers(0, 60, 9),
        rng.integers(0, 3, 9),
        rng.integers(0, n_scores, 9),
        rng.integers(0, 30, 9),
        np.full(9, limit),
    )
    found = set(zip(*(side.tolist() for side in nearby(pool, starts, ratio)), strict=True))
    for start in range(9):
        distance = np.abs(pool.score - starts.score[start])
        fits = (
            (pool.cell == starts.cell[start])
            & (distance <= limit)
            & (pool.first <= starts.day[start])
            & (starts.day[start] <= pool.last)
            & (pool.person != starts.person[start])
        )
        near = np.sort(distance[fits])[:ratio]
        wanted = np.flatnonzero(fits & (distance <= near.max(initial=-1)))
        own = {row for who, row in found if who == start}
        assert set(wanted.tolist()) <= own <= set(np.flatnonzero(fits).tolist())


@pytest.fixture(scope="module")
def people():
    return invented(150, seed=4)


def designed(panel):
    months, spells, starts = panel
    return design_groups(
        months, spells, starts, settings=SETTINGS, section=SECTION, exposure=Exposure()
    )


def sets_by_person(matched_sets):
    """Weights by design, mentored person and member: what a set is, whatever its label."""
    key = ["eligibility", "set_id"]
    mentored = matched_sets[matched_sets["is_mentored"]].set_index(key)["person_id"]
    named = matched_sets.join(mentored.rename("of"), on=key)
    return named.set_index(["eligibility", "of", "person_id"])["weight"].sort_index()


def test_sets_are_those_of_a_full_search_day_by_day(people):
    """Eligibility, caliper and choice, written once more from the contract, person by person."""
    panel = panel_of(people)
    months, spells, starts = panel
    records = records_of(months, spells, starts, SETTINGS.exact)
    propensity = starting_propensity(
        months, records, np.ones(len(records.people), bool), settings=SETTINGS, section=SECTION
    )
    keys = list(zip(months["person_id"], months["period"], strict=True))
    score = dict(zip(keys, propensity.score, strict=True))
    caliper = dict(zip(keys, propensity.caliper, strict=True))
    rows = []
    for someone in people:
        day = someone.started
        if not day or not SECTION.observed_from < day <= SECTION.observed_to:
            continue
        period = day.month - 1
        for other in people:
            is_self = other.id == someone.id
            began = is_self or not other.started or other.started > day
            here = other.hired < day < (other.left or day.max) and not other.is_away(day)
            tenured = (day - other.hired).days >= 6 * DAYS_PER_MONTH
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
                    }
                )
    candidates = pd.DataFrame(rows).groupby("set").filter(lambda rows: rows["mentored"].any())
    expected = risk_set_match(
        candidates, **COLUMNS, exact=["grade", "family"], ratio=3, caliper="reach"
    ).set_index(["set", "who"])["weight"]
    found = sets_by_person(designed(panel).matched_sets).loc["employed"]
    assert found.to_dict() == pytest.approx(expected.to_dict(), abs=ROUNDING)
    assert found.index.get_level_values("of").nunique() > 20


def test_permuted_rows_and_renamed_people_make_the_same_sets(people):
    panel = panel_of(people)
    rng = np.random.default_rng(9)
    names = dict(
        zip((p.id for p in people), map(str, rng.permutation(len(people)) + 1000), strict=True)
    )
    moved = [
        frame.sample(frac=1, random_state=rng.integers(2**31)).assign(
            person_id=lambda rows: rows["person_id"].map(names).astype("str")
        )
        for frame in panel
    ]
    original, again = designed(panel), designed(moved)
    back = {new: old for old, new in names.items()}
    renamed = again.matched_sets.assign(
        person_id=again.matched_sets["person_id"].map(back).astype("str")
    )
    pd.testing.assert_series_equal(
        sets_by_person(original.matched_sets), sets_by_person(renamed), rtol=0, atol=ROUNDING
    )
    pd.testing.assert_frame_equal(original.flow, again.flow)
    pd.testing.assert_frame_equal(original.overlap, again.overlap, rtol=1e-10)
    by_name = [
        frame.balance.sort_values(["eligibility", "covariate"]) for frame in (original, again)
    ]
    pd.testing.assert_frame_equal(
        *(frame.reset_index(drop=True) for frame in by_name), rtol=1e-8, atol=1e-10
    )


def test_matching_takes_out_what_drove_the_starts():
    """Starts are likelier the better the rating; families and gender play no part."""
    balance = designed(panel_of(invented(400, seed=2))).balance.set_index(
        ["eligibility", "covariate"]
    )
    assert balance.loc[("employed", "last_rating"), "smd_before"] > 0.2
    assert abs(balance.loc[("employed", "last_rating"), "smd_after"]) < 0.1
    exact = balance[balance.index.get_level_values("covariate").str.match("grade=|job_family=")]
    assert (exact["smd_after"] == 0).all()


def test_nothing_given_is_changed(people):
    panel = panel_of(people)
    copies = [frame.copy(deep=True) for frame in panel]
    designed(panel)
    for frame, copy in zip(panel, copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_a_column_of_an_outcome_is_never_looked_at(people):
    months, spells, starts = panel_of(people)
    rng = np.random.default_rng(1)
    months_with = months.assign(log_pay=rng.normal(size=len(months)))
    spells_with = spells.assign(end_event="promotion")
    with_outcomes, without = (
        designed((months_with, spells_with, starts)),
        designed((months, spells, starts)),
    )
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(with_outcomes, name), getattr(without, name))
