"""Covariates of the time-varying Cox that change with time, by hand."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.event_answers.hazard_covariates import by_period, coded
from mentor_outcomes.estimates.event_answers.spell_hazards import spell_records
from mentor_outcomes.study import Outcome
from tests.panel_records import SECTION, records, rows

EXIT = Outcome(kind="event", better="lower", smallest_worthwhile=2, event="voluntary_exit")
NO_STARTS = records(schema.FIRST_MENTORSHIPS, "role person_id")
SPELLS = records(
    schema.SPELLS_AT_RISK,
    """
    person_id  from_on     until_on    hired_on    site  end_event
    a          2020-01-01  2020-04-01  2019-12-01  x     voluntary_exit
    b          2020-02-10  2020-02-20  2020-02-10  y     none
    b          2020-02-20  2020-05-05  2020-02-10  y     voluntary_exit
    """,
)
# Period -1 is December 2019. b was hired in February, period 1.
MONTHS = records(
    schema.PERSON_MONTHS,
    """
    person_id  period  last_rating  is_on_leave  education
    a          -1      3            .            degree
    a          0       3            .            degree
    a          1       .            .            degree
    a          2       5            .            degree
    b          1       4            .            .
    b          2       4            yes          .
    b          3       4            .            .
    """,
)
CALENDAR = SECTION.calendar


def test_stretches_are_cut_where_the_value_of_the_period_before_changes():
    """a's rating is 3 until February (period 1) and unknown in March, and the exit on 1 April ends
    March. b enters in March, the period after the first with a record, whose value stays."""
    found = by_period(SPELLS, MONTHS, ["last_rating"], CALENDAR)
    assert rows(found, "person_id", "from_on", "until_on", "end_event", "last_rating") == [
        ("a", "2020-01-01", "2020-03-01", "none", 3),
        ("a", "2020-03-01", "2020-04-01", "voluntary_exit", None),
        ("b", "2020-03-01", "2020-05-05", "voluntary_exit", 4),
    ]


def test_order_of_rows_does_not_matter():
    turned = by_period(SPELLS[::-1], MONTHS[::-1], ["last_rating"], CALENDAR)
    found = by_period(SPELLS, MONTHS, ["last_rating"], CALENDAR)
    key = ["person_id", "from_on"]
    pd.testing.assert_frame_equal(turned.sort_values(key, ignore_index=True), found)


def of(names: list[str], **more) -> pd.DataFrame:
    given = {"first_mentorships": NO_STARTS, "role": "protege", "contrast": "any"}
    return spell_records(SPELLS, EXIT, section=SECTION, adjust_for=names, **given, **more)


def test_what_the_spells_hold_is_taken_from_them_and_the_rest_from_the_months():
    """is_on_leave is in the spells, where it cuts nothing here."""
    found = of(["site", "is_on_leave", "last_rating"], person_months=MONTHS)
    assert list(found.columns[6:]) == [
        "site=y",
        "is_on_leave",
        "last_rating",
        "last_rating_missing",
    ]
    assert rows(found, "entry", "exit", "event", "last_rating", "last_rating_missing") == [
        (31, 91, False, 3, False),
        (91, 122, True, 3.5, True),
        (20, 85, True, 4, False),
    ]
    assert len(of(["site", "is_on_leave"])) == len(SPELLS)
    with pytest.raises(EstimationError, match="neither the spells nor the person-months have"):
        of(["last_rating"])


def test_columns_that_miss_in_the_same_rows_share_their_indicator():
    """Two indicators would be one column twice, which no model can take apart."""
    frame = pd.DataFrame(
        {
            "age": [30.0, np.nan, 40.0],
            "team": pd.Series(["x", None, "y"], dtype="str"),
            "rating": [np.nan, 1.0, 2.0],
        }
    )
    found = coded(frame, ["age", "team", "rating"])
    assert list(found.columns) == ["age", "team=y", "rating", "age_missing", "rating_missing"]
    assert found["age_missing"].tolist() == [False, True, False]
    assert found["team=y"].tolist() == [False, False, True]


def test_flags_are_numbers_and_dates_are_refused():
    frame = pd.DataFrame({"on": [True, False], "since": pd.to_datetime(["2020-01-01"] * 2)})
    assert coded(frame, ["on"])["on"].tolist() == [1.0, 0.0]
    with pytest.raises(EstimationError, match="since to adjust for holds dates"):
        coded(frame, ["since"])
