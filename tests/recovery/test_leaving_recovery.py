"""Leavers and the silent: weights bring estimates nearer the truth, bounds hold it, parts add up.

Ten panels of 1,200 people in which leaving, later mentoring and answering hang on recorded promise;
in those of moods the promising answer more among the mentored, and less among the others.
"""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import grade_decomposition
from mentor_outcomes.estimates.panel_answers.members_at_horizon import SEEN
from mentor_outcomes.estimates.panel_answers.members_of_question import members_of_question
from tests.leaving_study import study_of
from tests.selective_panel import selective_panel
from tests.silent_panel import MOOD_EFFECT, silent_panel

N_PANELS = 10
MONTHS = 24


def answers_by_arm(promise, is_mentored):
    return 0.3 + np.where(is_mentored, 0.8, -0.4) * promise


@pytest.fixture(scope="module")
def panels() -> pd.DataFrame:
    """One row per panel."""
    rows = []
    for seed in np.random.SeedSequence(31).spawn(N_PANELS):
        first, second = (np.random.default_rng(s) for s in seed.spawn(2))
        pay, mood = selective_panel(first), silent_panel(second, answers_by_arm)
        row = {"pay_truth": pay.true_effect(), "mood_truth": MOOD_EFFECT}
        for name, panel, outcome in (("pay", pay, "log_pay"), ("mood", mood, "mood")):
            study = study_of(panel)
            row |= _found(study, outcome, name)
            if name == "pay":
                row["stayers_truth"] = _of_stayers(study, panel)
        rows.append(row)
    return pd.DataFrame(rows)


def _found(study, outcome: str, name: str) -> dict:
    question = study.question(outcome, (MONTHS,))
    rows = study.rows(outcome).xs(MONTHS, level="horizon_months")
    records = members_of_question(question, study.tables, MONTHS).records()
    seen = records[records["is_seen"]]
    means = [
        np.average(arm["change"], weights=arm["seen_weight"])
        for arm in (seen[seen["is_mentored"]], seen[~seen["is_mentored"]])
    ]
    lower = rows.loc[("lower_bound", "main")]
    return {
        f"{name}_weighted": means[0] - means[1],
        f"{name}_bare": rows.loc[("difference", "without weights"), "estimate"],
        f"{name}_lower": lower["estimate"],
        f"{name}_upper": rows.loc[("upper_bound", "main"), "estimate"],
        f"{name}_low": lower["ci_low"],
        f"{name}_high": lower["ci_high"],
        f"{name}_more_seen": rows.loc[("seen_difference", "main"), "estimate"],
        f"{name}_more_seen_error": rows.loc[("seen_difference", "main"), "std_error"],
    }


def _of_stayers(study, panel) -> float:
    """Mean true effect of the mentored still there: nobody stays or leaves for being mentored."""
    members = members_of_question(study.question("log_pay"), study.tables, MONTHS)
    is_there = members.is_mentored & (members.status == SEEN)
    return float(panel.effect_of.loc[members.person_id[is_there]].mean())


@pytest.mark.parametrize("name", ["pay", "mood"])
def test_weighted_is_nearer_the_truth_than_unweighted_by_more_than_half_an_sd(panels, name):
    errors = {
        kind: panels[f"{name}_{kind}"] - panels[f"{name}_truth"] for kind in ("weighted", "bare")
    }
    in_sds = {kind: abs(error.mean()) / error.std(ddof=1) for kind, error in errors.items()}
    assert in_sds["bare"] > 1
    assert in_sds["weighted"] < in_sds["bare"] - 0.5
    assert abs(errors["weighted"].mean()) < abs(errors["bare"].mean()) / 2


def test_both_arms_keep_the_same_share_once_those_mentored_since_are_made_up_for(panels):
    """Leaving has nothing to do with being mentored here; three errors of a mean of ten."""
    gap = panels["pay_more_seen"]
    assert abs(gap.mean()) < 3 * gap.std(ddof=1) / np.sqrt(N_PANELS)
    assert panels["pay_more_seen_error"].mean() == pytest.approx(gap.std(ddof=1), rel=0.6)


def test_bounds_on_pay_hold_the_effect_on_those_who_stay_in_any_case(panels):
    truth = panels["stayers_truth"]
    assert ((panels["pay_low"] <= truth) & (truth <= panels["pay_high"])).sum() >= 8
    # Stayers are the promising, who gain more: another effect than that on everybody.
    assert (truth > panels["pay_truth"]).all()


def test_the_parts_by_grade_find_their_truth_and_their_errors_are_the_spread():
    """120 samples: the mentored rise twice as often; a grade is worth .2, mentoring .05 besides."""
    rng = np.random.default_rng(2)
    n, found = 400, []
    for _ in range(120):
        is_mentored = rng.random(n) < 0.4
        rises = rng.random(n) < np.where(is_mentored, 0.3, 0.15)
        grade = 1.0 + rises
        base = rng.normal(0, 0.1, n)
        change = 0.2 * rises + 0.05 * is_mentored + rng.normal(0, 0.03, n)
        changes = pd.DataFrame(
            {
                "person_id": np.arange(n),
                "is_mentored": is_mentored,
                "weight": rng.uniform(0.5, 1.5, n),
                "change": change,
                "period": 5,
                "grade_before": 1.0,
                "grade_then": grade,
            }
        )
        people = pd.DataFrame(
            {"person_id": np.arange(n), "period": 5, "grade": grade, "pay": base + change}
        )
        result = grade_decomposition(
            changes, people[~is_mentored], outcome="pay", cluster=["person_id"]
        )
        rows = result.tidy()
        found.append(np.r_[rows["estimate"], rows["std_error"]])
    found = np.array(found)
    for part, truth in enumerate((0.2 * 0.15, 0.05)):
        estimate, error = found[:, part], found[:, 2 + part]
        spread = estimate.std(ddof=1)
        assert abs(estimate.mean() - truth) < 3 * spread / np.sqrt(120)
        assert error.mean() == pytest.approx(spread, rel=0.2)
