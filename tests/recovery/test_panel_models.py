"""Matched differences find the truth of invented panels in which the promising start and stay.

Ten panels of 1,200 people. Promise raises pay growth and moods over time, the chance of a mentor,
of staying and of answering: comparators who stay unmentored are ever less promising.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import (
    censoring_weights,
    fixed_effects,
    matched_difference,
    response_weights,
)
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference
from tests.selective_panel import GROUPS, SECTION, SelectivePanel, selective_panel

N_PANELS = 10
EFFECT = 0.05
UNTRUNCATED = replace(GROUPS, truncate_weights_at=1.0)
MOOD_EFFECT = 10 * EFFECT


def differences(panel: SelectivePanel) -> pd.DataFrame:
    """Per outcome, weighting and moment: estimate, std_error and the truth."""
    sets = panel.matched_sets
    start = SECTION.calendar.period_of(sets["time_zero"])
    weights = censoring_weights(
        sets,
        panel.person_months,
        panel.first_mentorships,
        panel.events,
        section=SECTION,
        groups=UNTRUNCATED,
        longest_months=24,
    ).dropna()
    response = response_weights(
        panel.person_waves, panel.person_months, answered="mood", groups=UNTRUNCATED
    )
    parts = []
    for weighting in ("weighted", "unweighted"):
        product = weights["unmentored_weight_at_end"] * weights["stayed_weight"]
        follow_up = weights[["set_id", "person_id", "period"]].assign(
            weight=product if weighting == "weighted" else 1.0
        )
        pay = matched_difference(
            sets.assign(start_period=start),
            panel.person_months,
            outcome="log_pay",
            periods_since_start=[-7, 24],
            follow_up=follow_up,
        ).points.assign(outcome="log_pay", truth=[0.0, panel.true_effect()])
        mood, _ = matched_wave_difference(
            sets,
            panel.person_waves,
            outcome="mood",
            months_since_start=[-6, 24],
            follow_up=follow_up,
            response=response if weighting == "weighted" else None,
        )
        mood = mood.points.assign(outcome="mood", truth=[0.0, MOOD_EFFECT])
        parts.append(pd.concat([pay, mood]).assign(weighting=weighting))
    return pd.concat(parts)


@pytest.fixture(scope="module")
def errors() -> pd.DataFrame:
    seeds = np.random.SeedSequence(20).spawn(N_PANELS)
    found = pd.concat(
        [differences(selective_panel(np.random.default_rng(s), effect=EFFECT)) for s in seeds]
    )
    found = found.assign(error=found["estimate"] - found["truth"])
    return found.set_index(["outcome", "weighting", "moment"]).sort_index()


@pytest.mark.parametrize("outcome", ["log_pay", "mood"])
def test_the_weighted_difference_finds_the_effect_had_nobody_left(errors, outcome):
    error = errors.loc[(outcome, "weighted", 24), "error"]
    # Three standard errors of a mean of ten, from their own spread.
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(N_PANELS)


@pytest.mark.parametrize("outcome", ["log_pay", "mood"])
def test_without_weights_the_effect_is_overstated(errors, outcome):
    bare = errors.loc[(outcome, "unweighted", 24), "error"].mean()
    weighted = errors.loc[(outcome, "weighted", 24), "error"].mean()
    assert bare > 0
    assert abs(weighted) < bare / 2


@pytest.mark.parametrize(("outcome", "earlier"), [("log_pay", -7), ("mood", -6)])
def test_before_the_start_both_arms_moved_alike(errors, outcome, earlier):
    error = errors.loc[(outcome, "weighted", earlier), "error"]
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(N_PANELS)


@pytest.mark.parametrize("outcome", ["log_pay", "mood"])
def test_intervals_hold_the_truth(errors, outcome):
    """At 95 %: of 20 intervals per outcome, fewer than 16 would happen once in 1,000 times."""
    rows = errors.loc[(outcome, "weighted")]
    is_held = rows["error"].abs() < 1.959963984540054 * rows["std_error"]
    assert is_held.sum() >= 16


def test_two_way_fixed_effects_find_a_constant_effect_and_its_error():
    """80 small panels: the mean is right, the stated error is the spread (20 %: 2.5 of its own)."""
    rng = np.random.default_rng(3)
    people, periods = 60, 6
    found = []
    for _ in range(80):
        start = rng.integers(1, 2 * periods, people)
        period = np.tile(np.arange(periods), people)
        person = np.repeat(np.arange(people), periods)
        is_mentored = period >= start[person]
        pay = 0.3 * is_mentored + rng.normal(size=people)[person] + 0.1 * period
        # Disturbances that hang together within a person: only clustering gets their error right.
        slope = rng.normal(0, 0.2, people)
        pay = pay + slope[person] * period + rng.normal(0, 0.3, len(person))
        panel = pd.DataFrame({"i": person, "t": period, "pay": pay, "now": is_mentored})
        fit = fixed_effects(panel, unit="i", period="t", outcome="pay", regressors=["now"])
        found.append(fit.tidy().iloc[0][["estimate", "std_error"]].to_numpy(dtype=float))
    estimate, error = np.array(found).T
    spread = estimate.std(ddof=1)
    assert abs(estimate.mean() - 0.3) < 3 * spread / np.sqrt(80)
    assert error.mean() == pytest.approx(spread, rel=0.2)
