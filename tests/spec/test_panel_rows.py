"""Rows of an outcome measured again and again: who is behind them, and who is not."""

from datetime import date

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.estimates import panel_rows, response_weights
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.study import Analysis, Exposure, Groups, Outcome, StudySection
from tests.unstarted import all_certain

SECTION = StudySection(
    "half a year", date(2020, 1, 1), date(2020, 6, 30), date(2019, 1, 1), "voluntary"
)
PAY = Outcome(kind="panel", better="higher", smallest_worthwhile=0.01, primary=True)
MOOD = Outcome(kind="scale", better="higher", smallest_worthwhile=0.1, primary=True)
VALUES = {
    "ann": [1, 2, 4, 5, 7, 9],
    "bo": [1, 3, 4, 4, 5, 6],
    "cy": [2, None, None, None, None, None],
    "di": [None] * 6,
    "ed": [None, None, 3, 4, 5, 6],
    "flo": [2, 2, 3, 5, 5, 7],
}
"""Of January to June; Ann and Ed are mentored from February and March on."""
QUANTITIES = ("difference", "standardised_difference", "coefficient")
MENTORED_FROM = {"ann": 1, "ed": 2}


def months() -> pd.DataFrame:
    rows = [
        (person, period, value, period >= MENTORED_FROM.get(person, 99))
        for person, values in VALUES.items()
        for period, value in enumerate(values)
    ]
    panel = pd.DataFrame(rows, columns=["person_id", "period", "log_pay", "is_mentored_ever"])
    return panel.assign(
        is_mentored_now=panel["is_mentored_ever"],
        period_end=SECTION.calendar.ends(panel["period"]).as_unit("us"),
        grade=1.0,
        x=0.0,
    )


def first_mentorships() -> pd.DataFrame:
    starts = pd.DataFrame({"person_id": ["ann", "ed"], "is_prevalent": False, "role": "protege"})
    started_on = pd.to_datetime(["2020-02-10", "2020-03-10"]).as_unit("us")
    return starts.assign(started_on=started_on)


def sets() -> pd.DataFrame:
    """Ann with Bo and Di from February on; Ed, without pay in February, with Bo from March on."""
    table = pd.DataFrame(
        {
            "set_id": [1, 1, 1, 2, 2],
            "person_id": ["ann", "bo", "di", "ed", "bo"],
            "time_zero": pd.to_datetime(["2020-02-10"] * 3 + ["2020-03-10"] * 2).as_unit("us"),
            "is_mentored": [True, False, False, True, False],
            "weight": [1.0, 0.5, 0.5, 1.0, 1.0],
        }
    )
    return table.assign(role="protege", contrast="any", eligibility="employed", score=0.0)


def weights() -> pd.DataFrame:
    rows = sets().merge(pd.DataFrame({"period": range(1, 6)}), how="cross")
    rows = rows.assign(unmentored_weight=1.0, unmentored_weight_at_end=1.0, stayed_weight=1.0)
    return rows[list(schema.CENSORING_WEIGHTS.column_names())]


def waves() -> pd.DataFrame:
    """The same values as moods, asked on the tenth of each month of those who have one."""
    opened = pd.to_datetime([f"2020-0{month}-10" for month in range(1, 7)]).as_unit("us")
    panel = months()
    return pd.DataFrame(
        {
            "person_id": panel["person_id"],
            "wave": panel["period"] + 1,
            "period": panel["period"],
            "opened_on": opened[panel["period"]],
            "answered_on": opened[panel["period"]],
            "mood": panel["log_pay"],
        }
    ).dropna()


def asked(name="log_pay", outcome=PAY, person_months=None) -> pd.DataFrame:
    """Rows by method; of the matched difference, those that are no further question."""
    groups = Groups(covariates=("x",), truncate_weights_at=1.0)
    months_then = months() if person_months is None else person_months
    response = None
    if outcome.kind == "scale":
        response = response_weights(waves(), months_then, answered=name, groups=groups)
    question = PanelQuestion(
        name=name,
        outcome=outcome,
        section=SECTION,
        exposure=Exposure(),
        analysis=Analysis(horizons_months=(3,), main_horizon_months=3, minimum_at_risk=2),
        groups=groups,
        role="protege",
        contrast="any",
    )
    tables = PanelTables(
        sets=sets(),
        weights=weights(),
        events=schema.PERSON_EVENTS.empty(),
        first_mentorships=first_mentorships(),
        person_months=months_then,
        person_waves=waves(),
        response=response,
        chances=all_certain(months_then),
    )
    found = schema.main_rows(schema.ESTIMATES.check(panel_rows(question, tables).estimates))
    return found[found["quantity"].isin(QUANTITIES)].set_index("method")


def test_people_without_a_value_are_counted_in_every_row():
    """Pay: Di has none; Cy has one month, which shows no change; Ed and Di none before a start."""
    left_out = asked()["n_left_out"]
    assert left_out["naive"] == 1
    assert left_out["two_way_fixed_effects"] == 2
    assert left_out["matched_difference"] == 2


def test_the_arms_of_two_way_fixed_effects_are_those_it_uses():
    """Ann and Ed; of the others Bo and Flo have two months of pay or more."""
    row = asked().loc["two_way_fixed_effects"]
    assert row["status"] == "estimated"
    assert (row["n_mentored"], row["n_comparison"]) == (2, 2)


def test_whom_the_effect_is_of_says_that_a_value_before_is_needed():
    assert "had pay on record before" in asked().loc["matched_difference", "estimand"]
    scale = asked("mood", MOOD).loc["matched_difference", "estimand"]
    assert scale.str.contains("had answered before").all()


def test_a_reason_tells_no_count_of_people():
    reason = asked().loc["matched_difference", "reason"]
    assert reason == (
        "3 months after the start fewer than 2 of the mentored, or of their comparators, have a "
        "value and had one before"
    )
    nobody = months().assign(is_mentored_ever=False, is_mentored_now=False)
    row = asked(person_months=nobody).loc["naive"]
    assert row["reason"] == "nobody ever mentored has a value"
    assert (row["n_mentored"], row["n_comparison"], row["n_left_out"]) == (0, 5, 1)
