"""True effects by hand, and their size in the default organisation."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.calendar import DAYS_PER_MONTH
from mentor_outcomes.errors import SchemaError
from mentor_outcomes.simulation import PotentialOutcomes, true_effects
from tests.invented_organisation import organisation

START = pd.Timestamp("2020-01-15")


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), sep=r"\s+", na_values="-", dtype={"person_id": "str"})


# a is promoted sooner with a mentor; b leaves by choice before it could be promoted, but with a
# mentor stays; c is dismissed before it would have left by choice.
EVENTS = table("""
    person_id  world     promotion_days  exit_days  exit_kind    mentored_days
    a          mentored             100        inf  -                        0
    a          never                300        inf  -                      inf
    a          later                200        inf  -                       90
    b          mentored             360        700  voluntary                0
    b          never                360        200  voluntary              inf
    b          later                360        200  voluntary              inf
    c          mentored             inf        150  involuntary              0
    c          never                inf        150  involuntary            inf
    c          later                inf        150  involuntary            inf
""").assign(time_zero=START)
PAY = table("""
    person_id  world     months_since  log_pay
    a          mentored            12    10.10
    a          never               12    10.00
    a          later               12    10.04
    b          mentored            12    10.50
    b          never               12    10.48
    b          later               12    10.48
    c          mentored            12    11.00
    c          never               12    11.00
    c          later               12    11.00
""")
SCORES = table("""
    person_id  world     wave  opened_on   calm
    a          mentored     1  2020-05-06   4.0
    a          never        1  2020-05-06   1.0
    a          mentored     2  2020-11-06   3.0
    a          never        2  2020-11-06   2.5
    b          mentored     2  2020-11-06   2.0
    b          never        2  2020-11-06   2.0
    c          mentored     2  2020-11-06   5.0
    c          never        2  2020-11-06   3.0
    a          mentored     3  2021-05-06   9.0
    a          never        3  2021-05-06   0.0
""").assign(opened_on=lambda rows: pd.to_datetime(rows["opened_on"]))
POTENTIAL = PotentialOutcomes(EVENTS, PAY, SCORES)
MATCHED = pd.concat(
    [
        pd.DataFrame(
            {"person_id": ["a", "b", "c"], "time_zero": START, "weight": 1.0, "eligibility": kind}
        )
        for kind in ("employed", "below_top_grade")
    ]
)


def truths(**settings) -> dict[tuple[str, str], float]:
    rows = true_effects(POTENTIAL, MATCHED, horizons_months=(12,), **settings)
    return rows.set_index(["outcome", "quantity"])["truth"].to_dict()


def test_an_event_counts_within_the_horizon_and_before_any_competing_one():
    found = truths()
    # promoted within 365.25 days: a and b with a mentor; without, b has left before
    assert found["promotion", "risk_mentored"] == pytest.approx(100 * 2 / 3)
    assert found["promotion", "risk_comparison"] == pytest.approx(100 * 1 / 3)
    assert found["promotion", "risk_difference"] == pytest.approx(100 * 1 / 3)
    # left by choice: with a mentor b only on day 700; without, b
    assert found["voluntary_exit", "risk_difference"] == pytest.approx(-100 / 3)


def test_time_within_the_horizon_is_counted_in_months_over_everyone():
    found = truths()
    days = (365.25 - 100) + (365.25 - 360) - (365.25 - 300)
    assert found["promotion", "mean_time_difference"] == pytest.approx(days / 3 / DAYS_PER_MONTH)
    gone = -(365.25 - 200)
    assert found["voluntary_exit", "mean_time_difference"] == pytest.approx(
        gone / 3 / DAYS_PER_MONTH
    )


def test_pay_is_compared_so_many_months_after_the_month_of_the_start():
    assert truths()["log_pay", "difference"] == pytest.approx((0.10 + 0.02 + 0.00) / 3)


def test_scores_are_compared_at_the_last_wave_of_the_half_year_before_the_horizon():
    # of the waves 112, 296 and 477 days after the start only the second lies in (183, 365]
    assert truths()["calm", "difference"] == pytest.approx((0.5 + 0.0 + 2.0) / 3)


def test_weights_count():
    weighted = MATCHED.assign(weight=MATCHED["person_id"].map({"a": 2.0, "b": 1.0, "c": 1.0}))
    rows = true_effects(POTENTIAL, weighted, horizons_months=(12,))
    pay = rows.set_index(["outcome", "quantity"])["truth"]["log_pay", "difference"]
    assert pay == pytest.approx((2 * 0.10 + 0.02) / 4)


def test_another_world_without_may_be_mentored_later():
    found = true_effects(
        PotentialOutcomes(
            EVENTS, PAY, SCORES.assign(world=SCORES["world"].replace("never", "later"))
        ),
        MATCHED,
        horizons_months=(12,),
        world="later",
    ).set_index(["outcome", "quantity"])["truth"]
    assert found["log_pay", "difference"] == pytest.approx((0.06 + 0.02) / 3)


def test_stayers_are_those_employed_at_the_horizon_in_both_worlds():
    # only a: b has left without a mentor, c in either case
    assert truths(stayers_only=True)["log_pay", "difference"] == pytest.approx(0.10)


def test_people_without_potential_outcomes_or_with_another_start_are_refused():
    with pytest.raises(SchemaError, match="1 of 3 matched people have no potential outcomes"):
        true_effects(
            POTENTIAL,
            MATCHED.assign(person_id=MATCHED["person_id"].replace("c", "d")),
            horizons_months=(12,),
        )
    with pytest.raises(SchemaError, match="3 of 3 matched people have another time zero"):
        true_effects(
            POTENTIAL,
            MATCHED.assign(time_zero=START + pd.Timedelta(days=1)),
            horizons_months=(12,),
        )


@pytest.fixture(scope="module")
def default_truth() -> dict[tuple[str, str], float]:
    return everyone(effect=1.0)


def everyone(**switches) -> dict[tuple[str, str], float]:
    potential = organisation(20_000, **switches).potential
    mentored = potential.events[potential.events["world"] == "mentored"]
    matched = pd.concat(
        [
            mentored[["person_id", "time_zero"]].assign(weight=1.0, eligibility=kind)
            for kind in ("employed", "below_top_grade")
        ]
    )
    rows = true_effects(potential, matched, horizons_months=(24,))
    return rows.set_index(["outcome", "quantity"])["truth"].to_dict()


@pytest.mark.parametrize(
    ("outcome", "quantity", "lowest", "highest"),
    [
        ("promotion", "risk_difference", 5.0, 7.0),
        ("voluntary_exit", "risk_difference", -4.0, -2.8),
        ("log_pay", "difference", 0.015, 0.025),
        ("job_satisfaction", "difference", 0.22 * 1.3, 0.28 * 1.3),
        ("turnover_intent", "difference", -0.23 * 1.05, -0.17 * 1.05),
        ("self_efficacy", "difference", 0.08 * 0.56, 0.12 * 0.56),
    ],
)
def test_the_default_effects_have_the_declared_size_after_two_years(
    default_truth, outcome, quantity, lowest, highest
):
    assert lowest < default_truth[outcome, quantity] < highest


def test_no_effect_is_exactly_none():
    found = everyone(effect=0.0)
    differences = [truth for (_, name), truth in found.items() if "difference" in name]
    assert len(differences) == 2 * 2 + 1 + 3
    assert np.all(np.array(differences) == 0.0)
