"""Hazard ratios of an event in the study: parts, tests, errors by mentor, and what has none."""

from math import log, sqrt

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.event_answers.event_hazards import (
    ALONG,
    set_cox,
    set_hazard_rows,
    spell_hazard_rows,
)
from mentor_outcomes.estimates.event_answers.event_question import NO_VARIANCE, EventQuestion
from mentor_outcomes.estimates.event_answers.event_risks import risk_rows, risk_rows_by_mentor
from mentor_outcomes.estimates.event_answers.hazard_periods import (
    before_and_after,
    by_time_since_start,
)
from mentor_outcomes.estimates.event_answers.mentor_clusters import with_mentors
from mentor_outcomes.estimates.result_rows import as_table
from mentor_outcomes.estimates.survival.cox_diagnostics import proportionality
from mentor_outcomes.study import Analysis
from tests.panel_records import records, rows

QUESTION = EventQuestion(
    subject={"outcome": "promotion", "role": "protege", "contrast": "any"},
    label="promotion",
    is_primary=True,
    analysis=Analysis(horizons_months=(36,), main_horizon_months=36, minimum_at_risk=1),
)


def followed(text: str) -> pd.DataFrame:
    """Records as of `follow_up.set_records`, from person, arm, exit and cause (`.`: none)."""
    lines = [line.split() for line in text.split("\n") if line.strip()]
    frame = pd.DataFrame(lines[1:], columns=lines[0])
    return frame.assign(
        set_id=1,
        arm=frame["arm"].map({"m": "mentored", "c": "comparison"}),
        entry=0.0,
        exit=frame["exit"].astype("float64"),
        cause=frame["cause"].replace(".", ""),
        weight=frame["weight"].astype("float64") if "weight" in frame else 1.0,
    )


def starts(text: str) -> pd.DataFrame:
    return records(schema.FIRST_MENTORSHIPS, text)


SIX = followed("""
    person_id  arm  exit  cause
    m1         m    100   event
    c1         c    200   event
    c2         c    500   event
    m3         m    600   event
    m2         m    800   .
    c3         c    900   .
""")
MENTORS = starts("""
    role     person_id  started_on  mentor_id
    protege  m1         2020-01-01  k1
    protege  m2         2020-01-01  k1
    protege  m3         2020-01-01  k2
    mentor   m3         2020-01-01  m3
""")


def of_sets(frame: pd.DataFrame = SIX, first=MENTORS, question=QUESTION) -> pd.DataFrame:
    found = set_hazard_rows(question, frame, "effect", first_mentorships=first)
    table = schema.ESTIMATES.check(as_table(found, schema.ESTIMATES))
    return table.set_index(["quantity", "variant"])


def ratio(found: pd.DataFrame, variant: str) -> pd.Series:
    return found.loc[("log_hazard_ratio", variant)]


# ------------------------------------------------------------------------------ 12 months


def test_the_hazard_ratio_before_and_after_12_months_by_hand():
    """Of three and three, the day-100 event says r / (3r + 3), the day-200 one 1 / (2r + 3), so
    1 / (r + 1) = 2r / (2r + 3); afterwards 1 / (2r + 2) and r / (2r + 1)."""
    found = of_sets()
    assert ratio(found, "first 12 months")["estimate"] == pytest.approx(log(sqrt(3 / 2)))
    assert ratio(found, "after 12 months")["estimate"] == pytest.approx(log(sqrt(1 / 2)))
    counts = ["n_mentored", "n_comparison", "n_events_mentored", "n_events_comparison"]
    assert ratio(found, "first 12 months")[counts].tolist() == [3, 3, 1, 1]
    assert ratio(found, "after 12 months")[counts].tolist() == [2, 2, 1, 1]
    assert not found["is_headline"].any() and not found["is_primary"].any()


def test_rows_are_cut_at_365_days_and_a_quarter_and_keep_their_weight():
    """Day 365 is within 12 months and day 366 after; what ends a row stays with its last part."""
    parts = before_and_after(
        followed("""
            person_id  arm  exit  cause      weight
            a          m    365   event      0.5
            b          c    366   competing  2
        """)
    )
    shown = ("person_id", "entry", "exit", "cause", "weight")
    assert rows(parts["first 12 months"], *shown) == [
        ("a", 0, 365, "event", 0.5),
        ("b", 0, 365.25, "", 2),
    ]
    assert rows(parts["after 12 months"], *shown) == [("b", 365.25, 366, "competing", 2)]


def test_rows_cut_where_weights_change_give_the_same_ratios():
    pieces = pd.concat(
        [
            SIX.assign(
                exit=SIX["exit"].clip(upper=150.0), cause=SIX["cause"].where(SIX.exit <= 150, "")
            ),
            SIX[SIX["exit"] > 150].assign(entry=150.0),
        ]
    )
    figures = ["estimate", "std_error", "p_value"]
    np.testing.assert_allclose(of_sets(pieces)[figures], of_sets()[figures], rtol=1e-9)


def test_a_part_without_events_in_an_arm_is_blocked_and_the_rest_stands():
    early = SIX.assign(cause=SIX["cause"].where(SIX["person_id"] != "m3", ""))
    found = of_sets(early)
    assert ratio(found, "after 12 months")["reason"] == (
        "all events are in one arm: there is no finite hazard ratio"
    )
    assert ratio(found, "first 12 months")["status"] == "estimated"
    short = early.assign(exit=early["exit"].clip(upper=300.0), cause=early["cause"])
    assert ratio(of_sets(short), "after 12 months")["reason"] == (
        "nobody in one arm, or in both, is followed in these months"
    )


STRETCHES = pd.DataFrame(
    {
        "person_id": ["a", "a", "b", "b", "d"],
        "entry": [0.0, 100.0, 0.0, 900.0, 50.0],
        "exit": [100.0, 600.0, 700.0, 950.0, 80.0],
        "event": [False, True, True, False, True],
        "is_mentored": [False, True, False, True, True],
        "since_start": [np.nan, 0.0, np.nan, 400.0, 10.0],
    }
)


def test_stretches_are_cut_12_months_after_the_mentorship_began():
    """a is mentored from day 100 of the clock, b for 400 days on day 900, d for 10 on day 50."""
    found = by_time_since_start(STRETCHES).sort_values(["person_id", "entry"])
    within, longer = "is_mentored_within_12_months", "is_mentored_for_longer"
    assert rows(found, "person_id", "entry", "exit", "event", within, longer) == [
        ("a", 0, 100, False, False, False),
        ("a", 100, 465.25, False, True, False),
        ("a", 465.25, 600, True, False, True),
        ("b", 0, 700, True, False, False),
        ("b", 900, 950, False, False, True),
        ("d", 50, 80, True, True, False),
    ]


def of_spells(stretches: pd.DataFrame) -> pd.DataFrame:
    spells = pd.DataFrame({"person_id": [*stretches["person_id"], "unseen"]})
    found = spell_hazard_rows(QUESTION, spells, "association", lambda: stretches)
    return as_table(found, schema.ESTIMATES).set_index(["quantity", "variant"])


EVERYONE = pd.DataFrame(
    {
        "person_id": ["a", "a", "b", "e", "f", "g"],
        "entry": [0.0, 100.0, 0.0, 0.0, 0.0, 0.0],
        "exit": [100.0, 800.0, 300.0, 500.0, 700.0, 900.0],
        "event": [False, True, True, True, True, False],
        "is_mentored": [False, True, False, True, False, False],
        "since_start": [np.nan, 0.0, np.nan, 0.0, np.nan, np.nan],
    }
)


def test_the_ratios_since_the_start_come_from_one_model_by_hand():
    """At risk: on day 300 two mentored for less than a year and b, f, g; on 500 both for longer,
    f and g; on 700 and 800 a for longer, and those left. r for longer: 1 - 2r/(2r + 2) - r/(r + 2)
    + 1 - r/(r + 1) = 0, so 2/(r + 1) = r/(r + 2). Nobody had the event while mentored for less."""
    found = of_spells(EVERYONE)
    later = ratio(found, "after 12 months")
    assert later["estimate"] == pytest.approx(log((sqrt(17) + 1) / 2), abs=1e-9)
    assert ratio(found, "first 12 months")["reason"] == (
        "all events are in one arm: there is no finite hazard ratio"
    )
    assert later[["n_mentored", "n_comparison", "n_events_mentored"]].tolist() == [2, 4, 2]
    assert set(found["n_left_out"]) == {1}


# ------------------------------------------------------------------------- proportionality


def many() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The six people five times, and their mentors, each with names of their own."""
    copies = [str(number) for number in range(5)]
    named = [
        [frame.assign(person_id=frame["person_id"] + copy) for copy in copies]
        for frame in (SIX, MENTORS)
    ]
    return pd.concat(named[0], ignore_index=True), pd.concat(named[1], ignore_index=True)


def test_the_test_of_proportional_hazards_stands_beside_the_ratio_by_person():
    found = of_sets(*many()).loc[("proportionality_chi_square", "main")]
    fit = set_cox(many()[0])
    test = proportionality(fit, ALONG, clustered=True)
    assert found["estimate"] == pytest.approx(test.chi_square[0])
    assert found["p_value"] == pytest.approx(test.p_value[0])
    assert found["unit"] == "chi-square (1 df)"
    assert found["error_type"].startswith("score test, sandwich of score residuals, clustered by")
    assert found[["std_error", "ci_low", "ci_high"]].isna().all()


def test_the_test_does_not_depend_on_the_size_of_the_weights():
    """The model's own variance would make it three times as large."""
    people, mentors = many()
    plain, found = (
        of_sets(people.assign(weight=weight), mentors).loc[("proportionality_chi_square", "main")]
        for weight in (1.0, 3.0)
    )
    assert found["estimate"] == pytest.approx(plain["estimate"]) and plain["estimate"] > 0


def test_of_few_people_the_test_alone_is_blocked_with_the_reason():
    found = of_sets()
    test = found.loc[("proportionality_chi_square", "main")]
    assert (test["status"], ratio(found, "main")["status"]) == ("blocked", "estimated")
    assert test["reason"].startswith("there are 6 clusters at risk: with so few, a clustered test")
    assert np.isnan(test["estimate"])


# ------------------------------------------------------------------------ person and mentor


def test_the_unmentored_have_a_mentor_each_of_their_own_the_same_in_every_set():
    twice = pd.concat([SIX, SIX[SIX["arm"] == "comparison"].assign(set_id=2)])
    twice = pd.concat([twice, SIX[:1].assign(set_id=3, arm="comparison")])  # m1, before the start
    found = with_mentors(twice, MENTORS, role="protege")
    of = found.groupby(["person_id", "arm"])["mentor_id"].unique().map(list)
    assert of.map(len).eq(1).all()
    code = of.map(lambda codes: codes[0])
    assert code["m1", "mentored"] == code["m2", "mentored"] != code["m3", "mentored"]
    own = [code[who, "comparison"] for who in ("c1", "c2", "c3", "m1")]
    assert len({*own, code["m1", "mentored"], code["m3", "mentored"]}) == 6


def test_errors_by_person_and_mentor_are_those_by_mentor_where_people_are_in_one_arm():
    """V1 + V2 - V12, and pairs of person and mentor are people; the estimate is the same."""
    found = of_sets()
    by_mentor = set_cox(with_mentors(SIX, MENTORS, role="protege"), cluster="mentor_id")
    two_way = ratio(found, "errors by person and mentor")
    assert two_way["estimate"] == ratio(found, "main")["estimate"]
    assert two_way["std_error"] == pytest.approx(float(np.sqrt(by_mentor.covariance[0, 0])))
    assert two_way["std_error"] != pytest.approx(ratio(found, "main")["std_error"])
    assert "clustered two ways by person and mentor" in two_way["error_type"]


SEVEN = followed("""
    person_id  arm  exit  cause
    m1         m    100   event
    m2         m    1200  .
    m3         m    1200  .
    c1         c    100   event
    c2         c    1200  .
    c3         c    1200  .
    c4         c    1200  .
""")


def test_the_risk_difference_by_person_and_mentor_by_hand():
    """Influences of the mentored: 2/9, -1/9, -1/9; the first two share a mentor, so 1/9 and -1/9.
    Of the comparators 3/4 x 1/4 and three times -1/4 x 1/4."""
    main = risk_rows(QUESTION, SEVEN, "effect")[0]
    (found,) = risk_rows_by_mentor(QUESTION, SEVEN, "effect", first_mentorships=MENTORS)
    assert found["estimate"] == main["estimate"] == pytest.approx(100 * (1 / 3 - 1 / 4))
    assert main["std_error"] == pytest.approx(100 * sqrt(6 / 81 + 12 / 256))
    assert found["std_error"] == pytest.approx(100 * sqrt(2 / 81 + 12 / 256))
    assert (found["variant"], found["horizon_months"]) == ("errors by person and mentor", 36)
    assert not found["is_headline"] and not found["is_primary"]


BOTH = followed("""
    person_id  arm  exit  cause
    p          m    100   event
    q          m    1200  .
    r          m    100   event
    s          m    1200  .
    p          c    100   event
    q          c    1200  .
    r          c    100   event
    s          c    1200  .
""")
TWO_EACH = starts("""
    role     person_id  started_on  mentor_id
    protege  p          2020-01-01  k1
    protege  q          2020-01-01  k1
    protege  r          2020-01-01  k2
    protege  s          2020-01-01  k2
""")


def test_a_variance_by_person_and_mentor_that_is_not_above_zero_is_no_error():
    """Everybody is in both arms, and of two with one mentor one is promoted: influences 1/8 and
    -1/8, so V1 = 0, V2 = 4/64, V12 = 8/64."""
    (found,) = risk_rows_by_mentor(QUESTION, BOTH, "effect", first_mentorships=TWO_EACH)
    assert (found["status"], found["reason"]) == ("blocked", NO_VARIANCE)
    assert np.isnan(found["estimate"])
    cox = ratio(of_sets(BOTH, TWO_EACH), "errors by person and mentor")
    assert cox["status"] == "blocked"
    assert cox["reason"].endswith("is not positive when clustered by person and mentor")


def test_an_unknown_mentor_and_the_role_of_the_mentor_block_these_errors_alone():
    unknown = MENTORS.assign(mentor_id=MENTORS["mentor_id"].where(MENTORS["person_id"] != "m2"))
    reason = "1 of 3 of the mentored have no one mentor on record"
    assert ratio(of_sets(first=unknown), "errors by person and mentor")["reason"] == reason
    assert ratio(of_sets(first=unknown), "main")["status"] == "estimated"
    (risk,) = risk_rows_by_mentor(QUESTION, SIX, "effect", first_mentorships=unknown)
    assert risk["reason"] == reason
    one = MENTORS.assign(mentor_id="k1")
    assert ratio(of_sets(first=one), "errors by person and mentor")["reason"] == (
        "all of the mentored have one mentor"
    )
    with pytest.raises(EstimationError, match="the mentors are the people studied"):
        with_mentors(SIX, MENTORS, role="mentor")
