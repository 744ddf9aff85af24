"""Groups matched on the last value of an outcome, too: who is in them, and what goes wrong."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from benchmarks.study_in_memory import invented_study, simulated
from mentor_outcomes import schema
from mentor_outcomes.groups import asked_for_last_value, design_groups, last_value_sets
from mentor_outcomes.study import Outcome

PAY = Outcome("panel", "higher", 0.01, sensitivities=("matched_on_last_value",))


@pytest.fixture(scope="module")
def known():
    return simulated(invented_study(n_people=500, seed=3, observed_to=date(2022, 12, 31)))


def tables_of(known):
    """Person-months without outcomes, latest values made of them, spells, first mentorships."""
    months, spells, first = (
        known.tables[name] for name in ("person_months", "spells_at_risk", "first_mentorships")
    )
    latest = months[["person_id", "period"]].assign(latest_log_pay=months["log_pay"])
    return months.drop(columns="log_pay"), latest, spells, first


def sets_of(known, outcomes=("log_pay",), **changes):
    tables = dict(zip(("months", "latest", "spells", "first"), tables_of(known), strict=True))
    tables |= changes
    study = known.study
    return last_value_sets(
        *tables.values(),
        outcomes=outcomes,
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
    )


def gap(known, sets: pd.DataFrame) -> float:
    """Absolute difference of the arms' mean last pay, in SDs of the mentored."""
    sets = sets[sets["eligibility"] == "employed"]
    before = known.study.study.calendar.period_of(sets["time_zero"]) - 1
    pay = known.tables["person_months"].set_index(["person_id", "period"])["log_pay"]
    value = pay.reindex(pd.MultiIndex.from_arrays([sets["person_id"], before])).to_numpy()
    arm, weight = sets["is_mentored"].to_numpy(), sets["weight"].to_numpy()
    means = [np.average(value[arm == side], weights=weight[arm == side]) for side in (True, False)]
    return abs(means[0] - means[1]) / value[arm].std()


def test_outcomes_are_asked_for_by_their_sensitivity():
    outcomes = {"log_pay": PAY, "mood": replace(PAY, kind="scale", sensitivities=())}
    assert asked_for_last_value(outcomes) == ["log_pay"]


def test_where_no_outcome_asks_there_are_no_sets_and_no_reason(known):
    sets, reason = sets_of(known, outcomes=())
    pd.testing.assert_frame_equal(sets, schema.LAST_VALUE_SETS.empty())
    assert reason is None


def test_sets_are_the_studys_own_with_one_more_covariate(known):
    sets, reason = sets_of(known)
    months, latest, spells, first = tables_of(known)
    study = known.study
    by_hand = design_groups(
        months.merge(latest, on=["person_id", "period"]),
        spells,
        first,
        settings=replace(study.groups, covariates=(*study.groups.covariates, "latest_log_pay")),
        section=study.study,
        exposure=study.exposure,
    ).matched_sets
    assert reason is None
    assert sets["is_mentored"].sum() > 30
    pd.testing.assert_frame_equal(sets, by_hand)
    schema.LAST_VALUE_SETS.check(sets)


def test_the_arms_are_more_alike_in_the_last_value(known):
    months, _, spells, first = tables_of(known)
    study = known.study
    plain = design_groups(
        months, spells, first, settings=study.groups, section=study.study, exposure=study.exposure
    ).matched_sets
    assert gap(known, sets_of(known)[0]) < gap(known, plain)


def test_the_order_of_rows_changes_no_set(known):
    latest = tables_of(known)[1]
    shuffled = latest.sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(sets_of(known)[0], sets_of(known, latest=shuffled)[0])


def test_what_is_known_only_later_changes_no_set(known):
    """Latest values from the last start on turned absurd: the start looks at the period before."""
    sets = sets_of(known)[0]
    latest = tables_of(known)[1]
    last = int(known.study.study.calendar.period_of(sets["time_zero"]).max())
    later = latest["latest_log_pay"].where(latest["period"] < last, 99.0)
    pd.testing.assert_frame_equal(
        sets, sets_of(known, latest=latest.assign(latest_log_pay=later))[0]
    )


def test_an_outcome_without_any_value_is_left_out(known):
    latest = tables_of(known)[1].assign(latest_mood=np.nan)
    pd.testing.assert_frame_equal(
        sets_of(known, ("log_pay", "mood"), latest=latest)[0], sets_of(known)[0]
    )
    sets, reason = sets_of(known, ("mood",), latest=latest)
    assert sets.empty
    assert reason == "no outcome that asks for it has a value on record"


def regression_to_the_mean(rng: np.random.Generator, n: int = 4000) -> tuple[float, float]:
    """Change of the mentored less that of others: of all of them, and of those alike in a value.

    Nothing ever happens. The mentored have mean 1, others 0; half of a value's variance passes.
    """
    lasting = rng.normal(size=(2, n)) + np.array([[1.0], [0.0]])
    before, after = (lasting + rng.normal(size=(2, n)) for _ in range(2))
    nearest = np.abs(before[1][None, :] - before[0][:, None]).argmin(axis=1)
    change = after - before
    own = change[0].mean()
    return own - change[1].mean(), own - change[1][nearest].mean()


def test_comparators_chosen_for_a_value_fall_back_from_it():
    """The example of the docstring: 1/2 where nothing has happened; three errors are .09."""
    plain, matched = regression_to_the_mean(np.random.default_rng(4))
    assert plain == pytest.approx(0.0, abs=0.1)
    assert matched == pytest.approx(0.5, abs=0.1)
