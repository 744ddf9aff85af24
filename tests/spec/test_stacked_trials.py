"""Stacked trials: who is in them, and their weights by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.groups import Trimming, design_groups, stacked_trial_weights
from mentor_outcomes.study import Exposure, Groups
from tests.made_panel import SECTION, Someone, invented, panel_of

FITTED = 1e-8
METHODS = ("overlap_weights", "entropy_balancing", "inverse_probability")
SETTINGS = Groups(exact=("job_family",), covariates=("last_rating", "gender"))


def cells(counts: dict[tuple[str, str, bool], int]) -> pd.DataFrame:
    """Rows of (trial, level, treated), so many of each."""
    rows = [key for key, n in counts.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["trial", "level", "started"])


ONE_TRIAL = cells(
    {("may", "a", True): 3, ("may", "a", False): 6, ("may", "b", True): 1, ("may", "b", False): 8}
)
"""Saturated: e is 1/3 at level a, 1/9 at level b."""


def weights_of(rows: pd.DataFrame, method: str, **more):
    return stacked_trial_weights(
        rows, trial="trial", is_treated="started", covariates=["level"], method=method, **more
    )


def by_cell(rows: pd.DataFrame, found) -> dict:
    keys = [rows["level"], rows["started"]]
    each = found.weights.groupby(keys)
    assert (each.max() - each.min()).max() < FITTED
    return each.mean().to_dict()


@pytest.mark.parametrize("method", ["inverse_probability", "entropy_balancing"])
def test_comparison_rows_stand_for_the_treated_at_their_level(method):
    found = weights_of(ONE_TRIAL, method)
    expected = {("a", True): 1, ("a", False): 3 / 6, ("b", True): 1, ("b", False): 1 / 8}
    assert by_cell(ONE_TRIAL, found) == pytest.approx(expected, abs=FITTED)
    assert found.estimand == "att"


def test_overlap_weights_are_the_chance_of_the_other_arm():
    found = weights_of(ONE_TRIAL, "overlap_weights")
    expected = {("a", True): 2 / 3, ("a", False): 1 / 3, ("b", True): 8 / 9, ("b", False): 1 / 9}
    assert by_cell(ONE_TRIAL, found) == pytest.approx(expected, abs=FITTED)
    assert found.estimand == "ato"


def stack(seed: int, n: int = 400) -> pd.DataFrame:
    """Six trials; starting hangs on two numbers and a level, and is more common in some trials."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "trial": rng.integers(0, 6, n),
            "x": rng.normal(size=n),
            "z": rng.exponential(size=n),
            "level": rng.choice(["a", "b", "c"], n),
        }
    )
    log_odds = -1.5 + 0.8 * rows["x"] - 0.4 * rows["z"] + 0.2 * rows["trial"]
    return rows.assign(started=rng.random(n) < 1 / (1 + np.exp(-log_odds)))


@pytest.mark.parametrize("method", METHODS)
def test_both_arms_of_every_trial_sum_to_the_same(method):
    rows = stack(1)
    found = stacked_trial_weights(
        rows, trial="trial", is_treated="started", covariates=["x", "z", "level"], method=method
    )
    assert len(found.trials) == 6
    assert found.trials["total_treated"].to_numpy() == pytest.approx(
        found.trials["total_comparison"].to_numpy(), abs=FITTED
    )
    if method != "overlap_weights":
        assert (found.weights[rows["started"]] == 1).all()


@pytest.mark.parametrize("method", ["overlap_weights", "entropy_balancing"])
def test_averages_over_the_stack_agree_exactly(method):
    rows = stack(2)
    found = stacked_trial_weights(
        rows, trial="trial", is_treated="started", covariates=["x", "z", "level"], method=method
    )
    columns = pd.get_dummies(rows[["x", "z", "level"]], columns=["level"]).to_numpy(float)
    treated = rows["started"].to_numpy()
    means = [
        np.average(columns[arm], axis=0, weights=found.weights[arm]) for arm in (treated, ~treated)
    ]
    assert means[0] == pytest.approx(means[1], abs=FITTED)


def test_entropy_weights_are_the_least_uneven_of_those_that_balance():
    """Log weights are linear in the covariates but for a constant of the trial (Lagrange)."""
    rows = stack(3)
    found = stacked_trial_weights(
        rows, trial="trial", is_treated="started", covariates=["x", "z"], method="entropy_balancing"
    )
    others = rows[~rows["started"]]
    dummies = pd.get_dummies(others["trial"]).to_numpy(float)
    columns = np.column_stack([dummies, others[["x", "z"]].to_numpy()])
    logs = np.log(found.weights[others.index])
    residual = logs - columns @ np.linalg.lstsq(columns, logs, rcond=None)[0]
    assert np.abs(residual).max() < FITTED


def test_trimming_is_counted_and_the_sums_hold():
    rows = stack(4)
    ask = {"trial": "trial", "is_treated": "started", "covariates": ["x", "z"]}
    plain = stacked_trial_weights(rows, **ask, method="inverse_probability")
    trim = Trimming(weight_quantile=0.9, propensity_range=(0.05, 0.6))
    found = stacked_trial_weights(rows, **ask, method="inverse_probability", trim=trim)
    arms = found.tidy().set_index("arm")
    outside = ~plain.propensity.between(0.05, 0.6)
    for arm, members in (("treated", rows["started"]), ("comparison", ~rows["started"])):
        assert arms.loc[arm, "n_outside_range"] == (outside & members).sum() > 0
        assert (found.weights[outside & members] == 0).all()
    n_inside = int((~outside & ~rows["started"]).sum())
    n_cut = n_inside - 1 - int(np.floor(0.9 * (n_inside - 1)))
    assert arms.loc["comparison", "n_truncated"] == n_cut
    assert arms.loc["treated", "n_truncated"] == 0
    assert found.trials["total_treated"].to_numpy() == pytest.approx(
        found.trials["total_comparison"].to_numpy()
    )


def test_a_trial_or_level_with_one_arm_is_left_out_with_a_count():
    alone = cells({("june", "a", True): 2, ("may", "c", False): 5, ("may", "d", True): 1})
    rows = pd.concat([ONE_TRIAL, alone], ignore_index=True)
    found = weights_of(rows, "inverse_probability")
    arms = found.tidy().set_index("arm")
    assert arms["n_without_counterpart"].to_dict() == {"treated": 3, "comparison": 5}
    assert (found.weights[len(ONE_TRIAL) :] == 0).all()
    assert found.weights[: len(ONE_TRIAL)].to_numpy() == pytest.approx(
        weights_of(ONE_TRIAL, "inverse_probability").weights.to_numpy(), abs=FITTED
    )


def test_averages_out_of_reach_name_the_covariate():
    rows = stack(5).assign(x=lambda frame: frame["x"] + 20 * frame["started"])
    with pytest.raises(EstimationError, match=r"x \(above all of them\)"):
        stacked_trial_weights(
            rows, trial="trial", is_treated="started", covariates=["x"], method="entropy_balancing"
        )


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(StudyError, match="by the method magic"):
        weights_of(ONE_TRIAL, "magic")
    with pytest.raises(StudyError, match="trimming"):
        weights_of(ONE_TRIAL, "overlap_weights", trim=Trimming(weight_quantile=0.9))
    with pytest.raises(EstimationError, match="2 of 18 rows belong to no trial"):
        weights_of(ONE_TRIAL.assign(trial=["may"] * 16 + [None] * 2), "overlap_weights")


def designed(people, **settings):
    return design_groups(
        *panel_of(people),
        settings=replace(SETTINGS, **settings),
        section=SECTION,
        exposure=Exposure(),
    )


@pytest.fixture(scope="module")
def people() -> list[Someone]:
    return invented(400, 11)


@pytest.mark.parametrize("method", METHODS)
def test_everybody_has_a_time_zero_of_their_own_and_no_later_start_is_looked_at(method, people):
    sets = designed(people, method=method).matched_sets
    sets = sets[sets["eligibility"] == "employed"]
    started = pd.to_datetime(pd.Series({one.id: one.started for one in people}))
    own = sets["person_id"].map(started)
    is_mentored = sets["is_mentored"].to_numpy()
    assert (own[is_mentored] == sets["time_zero"][is_mentored]).all()
    assert not (own[~is_mentored] <= sets["time_zero"][~is_mentored]).any()
    last = sets[is_mentored].groupby("set_id")["time_zero"].max()
    assert (sets["time_zero"][~is_mentored] == sets["set_id"][~is_mentored].map(last)).all()
    assert not sets.duplicated(["set_id", "person_id"]).any()
    assert (sets.groupby("set_id")["is_mentored"].agg(["any", "all"]) == [True, False]).all(
        axis=None
    )


@pytest.mark.parametrize("method", METHODS)
def test_the_design_balances_and_its_flow_adds_up(method, people):
    found = designed(people, method=method)
    sets = found.matched_sets
    totals = sets.groupby(["eligibility", "set_id", "is_mentored"])["weight"].sum().unstack()
    assert totals[True].to_numpy() == pytest.approx(totals[False].to_numpy(), abs=FITTED)
    if method != "inverse_probability":
        numbers = found.balance[["smd_after", "smd_before"]].abs()
        assert numbers["smd_after"].max() < FITTED < numbers["smd_before"].max()
    assert (found.overlap["flow_gap"] == 0).all()
    words = found.flow.loc[found.flow["arm"] == "mentored", "criterion"].tolist()
    assert any("in a trial with both arms" in text for text in words)


def test_weights_without_an_answer_block_the_contrast_with_a_reason():
    """All with a high rating have started by May: then nobody is left who is like them."""
    march, may = date(2020, 3, 10), date(2020, 5, 10)
    crowd = [Someone(f"low{n}", rating=3.0 + n % 3 / 10, gender="fm"[n % 2]) for n in range(40)]
    high = [
        Someone(f"high{n}", started=march if n < 5 else may, rating=5.0, gender="fm"[n % 2])
        for n in range(10)
    ]
    people = [*crowd, *high, Someone("also", started=march, rating=3.0)]
    settings = {"exact": (), "covariates": ("last_rating",)}
    found = designed(people, method="entropy_balancing", **settings)
    assert found.matched_sets.empty
    flow = found.flow[found.flow["eligibility"] == "employed"]
    last = flow[flow["arm"] == "mentored"].iloc[-1]
    assert last["criterion"].startswith("entropy balancing (none: the average of those who started")
    assert "last_rating (above all of them)" in last["criterion"]
    assert (last["n_removed"], last["n_remaining"]) == (11, 0)
    assert len(designed(people, method="overlap_weights", **settings).matched_sets) > 0


def test_trimming_shows_in_the_flow_and_in_the_overlap(people):
    plain = designed(people, method="inverse_probability")
    found = designed(
        people,
        method="inverse_probability",
        trim_weights_at=0.9,
        trim_propensity=(0.0, 0.08),
    )
    step = found.flow[found.flow["criterion"].str.startswith("a propensity of 0 to 0.08")]
    n_fewer = [int(design.matched_sets["is_mentored"].sum()) for design in (plain, found)]
    assert step["n_removed"].sum() == n_fewer[0] - n_fewer[1] > 0
    assert (plain.overlap["n_truncated"] == 0).all()
    assert (found.overlap["n_truncated"] > 0).all()


@pytest.mark.parametrize("method", [*METHODS, "risk_set_matching"])
def test_who_was_eligible_on_an_earlier_start_only_is_counted_as_such(method):
    """On leave, or mentored, by the 25th: there on the 5th, not on the day of the trial."""
    people = [
        *(Someone(f"c{n}", rating=2.1 + n / 10, gender="fm"[n % 2]) for n in range(8)),
        Someone("first", started=date(2020, 5, 5), rating=2.4, gender="m"),
        Someone("second", started=date(2020, 5, 25), rating=2.5),
        Someone("away", rating=2.4, leave=(date(2020, 5, 15), date(2020, 12, 31))),
    ]
    flow = designed(people, method=method, covariates=("last_rating",), caliper_sd=50).flow
    flow = flow[(flow["arm"] == "comparison") & (flow["eligibility"] == "employed")]
    removed = flow.set_index("criterion")["n_removed"]
    of_trial = removed[removed.index.str.contains("on the day of a trial")]
    assert of_trial.tolist() == ([] if method == "risk_set_matching" else [2])
    assert removed[removed.index.str.startswith("comparable: ")].tolist() == [0]


def test_an_exact_column_of_many_levels_is_refused(people):
    many = [replace(one, family=f"f{place % 40}") for place, one in enumerate(people)]
    with pytest.raises(StudyError, match="columns of many levels: job_family"):
        designed(many, method="overlap_weights")


def test_levels_are_counted_among_the_same_people_as_for_the_model_of_starts(people):
    """The 31st family is that of somebody who left in January, when nobody started."""
    later = [one for one in people if not one.started or one.started >= date(2020, 2, 1)]
    thirty = [replace(one, family=f"f{place % 30}") for place, one in enumerate(later)]
    assert len(designed(thirty, method="overlap_weights").matched_sets)
    with pytest.raises(StudyError, match="columns of many levels: job_family"):
        gone = Someone("gone", left=date(2020, 1, 15), family="f30")
        designed([*thirty, gone], method="overlap_weights")


def test_a_person_hired_too_late_is_no_comparison():
    crowd = invented(200, 3)
    late = Someone("late", hired=date(2020, 3, 1), rating=3.0)
    sets = designed([*crowd, late], method="overlap_weights").matched_sets
    days = sets.loc[sets["person_id"] == "late", "time_zero"]
    assert len(days) and days.min() >= pd.Timestamp("2020-08-31")
