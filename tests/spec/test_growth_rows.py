"""Growth in the year that ends at the horizon, worked by hand."""

from datetime import date

import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates.panel_answers.change_rows import growth_row
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.study import Analysis, Exposure, Groups, Outcome, StudySection
from tests.unstarted import all_certain

SECTION = StudySection(
    "three years", date(2020, 1, 1), date(2022, 12, 31), date(2019, 1, 1), "voluntary"
)
START = 3
FIRST, SECOND = "the first year", "the second year"
A_MONTH = {
    "ann": {FIRST: 0.02, SECOND: 0.01},
    "bo": {FIRST: 0.04, SECOND: 0.05},
    "cy": {FIRST: 0.01, SECOND: 0.01},
    "di": {FIRST: 0.03, SECOND: 0.01},
}
"""Log points a month, in the years after the month of the start; Ann and Bo are mentored."""


def months() -> pd.DataFrame:
    rows = []
    for person, grows in A_MONTH.items():
        for period in range(SECTION.calendar.n_periods):
            since = max(0, period - START)
            pay = grows[FIRST] * min(since, 12) + grows[SECOND] * max(0, since - 12)
            rows.append((person, period, 10 + pay))
    return pd.DataFrame(rows, columns=["person_id", "period", "log_pay"])


def tables() -> PanelTables:
    sets = pd.DataFrame(
        {
            "set_id": [1, 1, 2, 2],
            "person_id": ["ann", "di", "bo", "cy"],
            "time_zero": pd.to_datetime(["2020-04-10"] * 4).as_unit("us"),
            "is_mentored": [True, False, True, False],
            "weight": 1.0,
            "role": "protege",
            "contrast": "any",
            "eligibility": "employed",
        }
    )
    periods = pd.DataFrame({"period": range(START, 36)})
    weights = sets.merge(periods, how="cross")
    weights = weights.assign(unmentored_weight=1.0, unmentored_weight_at_end=1.0, stayed_weight=1.0)
    return PanelTables(
        sets=sets,
        weights=weights[list(schema.CENSORING_WEIGHTS.column_names())],
        events=schema.PERSON_EVENTS.empty(),
        first_mentorships=schema.FIRST_MENTORSHIPS.empty(),
        person_months=months(),
        person_waves=schema.PERSON_WAVES.empty(),
        response=None,
        chances=all_certain(months()),
    )


QUESTION = PanelQuestion(
    name="log_pay",
    outcome=Outcome(kind="panel", better="higher", smallest_worthwhile=0.01),
    section=SECTION,
    exposure=Exposure(),
    analysis=Analysis(horizons_months=(12, 24), minimum_at_risk=2),
    groups=Groups(),
    role="protege",
    contrast="any",
)


def test_growth_is_the_difference_of_a_years_changes_with_its_error():
    row = growth_row(QUESTION, tables(), 12)
    assert row["estimate"] == pytest.approx(12 * ((0.02 + 0.04) / 2 - (0.01 + 0.03) / 2))
    # Changes .24 and .48, .12 and .36: each person is .12 from their mean, in two arms of two, and
    # Ann's set as far below it as Bo's is above. Nobody is in two sets: by person as by row.
    assert row["std_error"] == pytest.approx((2 / 1 * 2 * (2 * 0.12 / 2) ** 2) ** 0.5)
    assert (row["unit"], row["quantity"]) == ("log points per year", "growth_difference")


def test_the_second_year_leaves_out_what_was_gained_in_the_first():
    row = growth_row(QUESTION, tables(), 24)
    assert row["estimate"] == pytest.approx(12 * ((0.01 + 0.05) / 2 - 0.01))


def test_a_year_that_began_before_the_start_is_blocked():
    row = growth_row(QUESTION, tables(), 6)
    assert row["status"] == "blocked"
    assert row["reason"] == "the year that ends after 6 months began before the start"
