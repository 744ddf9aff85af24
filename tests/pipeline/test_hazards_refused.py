"""Where who leaves cannot be modelled, what rests on it is blocked, and everything else goes on."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from benchmarks.study_in_memory import designed, invented_study, simulated, with_groups
from mentor_outcomes.errors import SeparationError
from mentor_outcomes.estimates.study_estimates import estimate_study
from mentor_outcomes.estimates.weights._hazards import hazards_by_period

LEVEL = "job_family=Lighthouse"
MATCHED = (
    "cumulative_incidence",
    "mean_time",
    "mean_count",
    "cox",
    "matched_difference",
    "parallel_trends",
    "lee_bounds",
    "tipping_point",
    "proportional_odds",
)
COHORTS = "group_time_effects"
OUTCOMES = ("promotion", "log_pay", "job_satisfaction")


@pytest.fixture(scope="module")
def sound():
    """A study of 400 and its tables, all of whose models have an answer."""
    study = invented_study(n_people=400, seed=3, observed_to=date(2021, 12, 31))
    study = replace(study, outcomes={name: study.outcomes[name] for name in OUTCOMES})
    known = simulated(study)
    return with_groups(known, designed(known, study), study), study


def gone(events: pd.DataFrame) -> pd.DataFrame:
    exits = events[events["event"].isin(["voluntary_exit", "other_exit"])]
    return exits.assign(gone_on=exits["occurred_on"] + pd.Timedelta(days=1))


@pytest.fixture(scope="module")
def separated(sound):
    """Two people moved to a family of their own in the month before they left."""
    tables, study = sound
    months, left = tables["person_months"], gone(tables["events"])
    left = left[~left["person_id"].isin(tables["matched_sets"]["person_id"])]
    left = left.assign(last=study.study.calendar.period_of(left["gone_on"]) - 1)
    of_two = left[left["last"] >= 0].drop_duplicates("person_id").head(2).set_index("person_id")
    is_theirs = months["person_id"].map(of_two["last"]) == months["period"]
    assert is_theirs.sum() == 2
    family = months["job_family"].mask(is_theirs, "Lighthouse")
    return {**tables, "person_months": months.assign(job_family=family)}, study


def of_key(rows):
    key = ["outcome", "contrast", "method", "quantity", "horizon_months", "variant"]
    return rows[[*key, "status", "estimate"]].sort_values(key).reset_index(drop=True)


def test_a_separated_model_of_leaving_blocks_what_rests_on_its_weights_and_nothing_else(
    sound, separated
):
    tables, study = separated
    made = estimate_study(tables, study)
    rows = made["estimates"]
    matched = rows[rows["method"].isin(MATCHED)]
    assert len(matched) and (matched["status"] == "blocked").all()
    assert matched["reason"].str.startswith("who leaves cannot be modelled: ").all()
    assert matched["reason"].str.contains(f"{LEVEL} has the event; merge the level with").all()
    assert not matched["reason"].str.contains("match on").any()
    assert matched[["n_mentored", "n_events"]].isna().all(axis=None)
    assert made["censoring_weights"].empty
    assert not made["curves"]["method"].isin(MATCHED).any()
    assert made["attrition"].empty

    checks = made["checks"].set_index(["check", "outcome"])
    attrition = checks.loc["attrition"]
    asked = attrition[attrition["result"] != "not_applicable"]
    assert len(asked) and (asked["result"] == "not_evaluated").all()
    assert asked["message"].str.startswith("who leaves cannot be modelled").all()
    assert (made["verdicts"]["verdict"] == "not_reliable").all()
    assert (checks.loc["response", "result"].isin(["passed", "in_doubt", "failed"])).any()

    others = rows[~rows["method"].isin(MATCHED)]
    before = estimate_study(*sound)["estimates"]
    before = before[~before["method"].isin(MATCHED)]
    both = of_key(others), of_key(before)
    # The two moved people are in the model of starts as well, and so in these weights.
    pd.testing.assert_frame_equal(*(rows[rows["method"] != COHORTS] for rows in both))
    of_cohorts = [rows[rows["method"] == COHORTS] for rows in both]
    assert of_cohorts[0]["status"].tolist() == of_cohorts[1]["status"].tolist()
    assert (of_cohorts[0]["status"] == "estimated").any()
    assert (others["status"] == "estimated").any()


def test_events_of_comparators_kept_as_assigned_need_no_such_weights(separated):
    tables, study = separated
    groups = replace(study.groups, comparators_mentored_later="as_assigned")
    rows = estimate_study(tables, replace(study, groups=groups))["estimates"]
    is_pay = rows["method"] == "matched_difference"
    assert (rows.loc[is_pay, "status"] == "blocked").all()
    risks = rows[rows["method"] == "cumulative_incidence"]
    assert (risks["status"] == "estimated").any()
    assert not risks["reason"].str.contains("who leaves", na=False).any()


def test_the_remedy_is_one_that_an_exact_column_can_follow(separated):
    tables, study = separated
    starts = tables["first_mentorships"]
    starts = starts[starts["role"] == study.exposure.role]
    with pytest.raises(SeparationError) as raised:
        hazards_by_period(
            tables["person_months"],
            starts,
            gone(tables["events"]),
            study.study.calendar,
            study.groups,
        )
    assert raised.value.remedy.startswith("merge the level")
    assert "groups.exact" in raised.value.remedy
