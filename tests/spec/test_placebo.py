"""The year before the start, by hand: who can be compared then, and what they differ by."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from benchmarks.study_in_memory import designed_a_year_before, invented_study, simulated
from mentor_outcomes import schema
from mentor_outcomes.estimates import placebo
from mentor_outcomes.estimates.checks import RULES, Judgement
from mentor_outcomes.estimates.placebo_check import judge_placebo
from mentor_outcomes.groups import placebo as earlier
from mentor_outcomes.study import Outcome
from tests.panel_records import records

PROMOTION = Outcome(kind="event", better="higher", smallest_worthwhile=2, event="promotion")
PAY = Outcome(kind="panel", better="higher", smallest_worthwhile=0.01)
SCORE = Outcome(kind="scale", better="higher", smallest_worthwhile=0.1)
STUDY = invented_study(n_people=300, seed=1, observed_to=date(2022, 12, 31))
STUDY = replace(STUDY, analysis=replace(STUDY.analysis, minimum_at_risk=2))

SPELLS = records(
    schema.SPELLS_AT_RISK,
    """
    person_id  spell  from_on     until_on    hired_on    is_mentored  is_prevalent
    stays      0      2019-01-01  2020-05-01  2018-01-01  .            .
    stays      0      2020-05-01  2023-01-01  2018-01-01  .            .
    leaves     0      2019-01-01  2020-03-31  2018-01-01  .            .
    returns    0      2019-01-01  2019-06-30  2018-06-01  .            .
    returns    1      2020-02-01  2023-01-01  2020-02-01  .            .
    """,
)


@pytest.fixture(scope="module")
def known():
    return simulated(invented_study(n_people=400, seed=3, observed_to=date(2022, 12, 31)))


def test_the_last_year_of_every_employment_goes():
    nobody = schema.FIRST_MENTORSHIPS.empty()
    spells = earlier.earlier_panel(schema.PERSON_MONTHS.empty(), SPELLS, nobody).spells
    kept = [tuple(row) for row in spells[["person_id", "from_on", "until_on"]].astype("str").values]
    assert kept == [
        ("stays", "2019-01-01", "2020-05-01"),
        ("stays", "2020-05-01", "2022-01-01"),
        ("leaves", "2019-01-01", "2019-03-31"),
        ("returns", "2020-02-01", "2022-01-01"),
    ]


def test_a_month_stays_if_its_own_employment_goes_on_for_another_year():
    months = pd.DataFrame(
        {
            "person_id": ["stays", "stays", "leaves", "leaves", "returns", "returns"],
            "period_end": pd.to_datetime(
                ["2021-12-31", "2022-01-31", "2019-02-28", "2019-03-31", "2019-05-31", "2020-02-29"]
            ),
        }
    )
    ends = SPELLS.groupby(["person_id", "hired_on"])["until_on"].max() - pd.DateOffset(years=1)
    employments = ends.rename("ends_on").reset_index()
    assert earlier._is_followed(months, employments).tolist() == [1, 0, 1, 0, 0, 1]


def test_both_arms_are_employed_and_the_comparators_unmentored_through_the_true_start(known):
    sets = designed_a_year_before(known, known.study)
    assert sets["is_mentored"].sum() > 20
    true_start = sets["time_zero"] + pd.DateOffset(years=1)
    first = known.tables["first_mentorships"].query("role == 'protege'").set_index("person_id")
    own_start = sets["person_id"].map(first["started_on"])
    assert (own_start > true_start)[~sets["is_mentored"] & own_start.notna()].all()
    apart = (own_start - true_start)[sets["is_mentored"]].dt.days
    assert apart.between(0, 1).all()  # 1: started on 29 February
    spells = known.tables["spells_at_risk"]
    stays = spells.groupby(["person_id", "spell", "hired_on"])["until_on"].max().reset_index()
    both = sets.reset_index().merge(stays, on="person_id")
    is_whole = (both["hired_on"] < both["time_zero"]) & (
        both["until_on"] >= both["time_zero"] + pd.DateOffset(years=1)
    )
    assert set(both.loc[is_whole, "index"]) == set(sets.index)


def sets_of(months, spells, first, study):
    """Rows of PLACEBO_SETS from frames as they are, outcomes and all."""
    settings = {"settings": study.groups, "section": study.study, "exposure": study.exposure}
    return earlier.placebo_sets(months, spells, first, **settings)[0]


def test_sets_a_year_before_see_no_outcome_even_if_they_get_it(known):
    months, spells, first = (
        known.tables[name] for name in ("person_months", "spells_at_risk", "first_mentorships")
    )
    absurd = months.assign(log_pay=np.arange(len(months), dtype="float64"))
    one = sets_of(months, spells, first, known.study)
    other = sets_of(absurd, spells.assign(end_event="promotion"), first, known.study)
    assert one["is_mentored"].sum() > 20
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_what_is_recorded_after_the_earlier_day_decides_no_set_but_who_is_at_risk(known):
    """Everybody's covariates from the last placebo day on turned absurd: the same sets."""
    months, spells, first = (
        known.tables[name] for name in ("person_months", "spells_at_risk", "first_mentorships")
    )
    one = sets_of(months, spells, first, known.study)
    later = months["period_end"] >= one["time_zero"].max()
    assert later.sum() > 1000
    absurd = months.assign(
        last_rating=months["last_rating"].mask(later, 99.0),
        past_promotions=months["past_promotions"].mask(later, 99.0),
    )
    pd.testing.assert_frame_equal(
        one, sets_of(absurd, spells, first, known.study), check_exact=True
    )


def members(n_per_arm: int = 4, time_zero: str = "2021-03-15") -> pd.DataFrame:
    """m0 with the last of c0 ..., m1 with c0 and so on, each of weight 1."""
    names = [f"{arm}{i}" for arm in "mc" for i in range(n_per_arm)]
    sets = [*range(n_per_arm), *((i + 1) % n_per_arm for i in range(n_per_arm))]
    return pd.DataFrame(
        {
            "set_id": sets,
            "person_id": names,
            "time_zero": pd.Timestamp(time_zero),
            "is_mentored": [name[0] == "m" for name in names],
            "weight": 1.0,
        }
    )


def promotions(**dates: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person_id": list(dates),
            "occurred_on": pd.to_datetime(list(dates.values())),
            "event": "promotion",
            "found_by": "both",
            "is_mass_change": False,
        }
    )


def hired(on: str = "2018-01-01", **others: str) -> pd.DataFrame:
    """When the employment of each of four mentored, four comparators and further people began."""
    names = [f"{x}{arm}{i}" for x in ("", "x") for arm in "mc" for i in range(4)]
    days = {name: on for name in names} | others
    return pd.DataFrame({"person_id": list(days), "hired_on": pd.to_datetime(list(days.values()))})


def asked(outcome, name="promotion", *, early=None, compared=None, refusal=None, **sources):
    """Both rows, from sets a year before the start and sets of the start."""
    empty = {"events": promotions(), "person_months": pd.DataFrame(), "spells": hired()}
    return placebo.placebo_rows(
        name,
        outcome,
        contrast="any",
        placebo_sets=members(time_zero="2020-03-15") if early is None else early,
        matched_sets=members() if compared is None else compared,
        records=placebo.Records(**empty | {"person_waves": pd.DataFrame()} | sources),
        study=STUDY,
        refusal=refusal,
    )


def test_promotions_count_from_the_day_after_a_year_before_to_the_day_before_the_start():
    events = promotions(
        m0="2020-03-15", m1="2020-03-16", m2="2021-03-14", m3="2021-03-15", c0="2020-12-01"
    )
    for row in asked(PROMOTION, events=events):
        assert row["estimate"] == pytest.approx(100 * (2 / 4 - 1 / 4))
        assert (row["n_events_mentored"], row["n_events_comparison"]) == (2, 1)
        # Influences: .5 / 4 of each of four mentored; .75 / 4 of one and .25 / 4 of three others.
        squares = 4 * (0.5 / 4) ** 2 + (0.75 / 4) ** 2 + 3 * (0.25 / 4) ** 2
        assert row["std_error"] == pytest.approx(100 * np.sqrt(squares * 8 / 7))


def test_years_that_begin_before_anything_is_observed_are_left_out_and_counted():
    early = members(time_zero="2019-06-01").assign(
        set_id=2, person_id=lambda frame: "x" + frame["person_id"]
    )
    both = pd.concat([members(), early], ignore_index=True)
    row, _ = asked(PROMOTION, compared=both, events=promotions(m0="2020-12-01"))
    assert row["n_left_out"] == 8
    assert row["estimate"] == pytest.approx(25)


def pay_of(growth_mentored: float, growth_comparison: float) -> pd.DataFrame:
    """Log pay of February 2020 (period 13) and 2021 (25), the ends of the year before March."""
    rows = []
    for i, name in enumerate(members()["person_id"]):
        growth = growth_mentored if name[0] == "m" else growth_comparison
        rows += [(name, 13, 10.0), (name, 25, 10.0 + growth + (i % 2) / 100), (name, 26, 99.0)]
    return pd.DataFrame(rows, columns=["person_id", "period", "log_pay"])


def test_pay_is_the_growth_up_to_the_period_before_the_start():
    for row in asked(PAY, "log_pay", person_months=pay_of(0.05, 0.02)):
        assert row["estimate"] == pytest.approx(0.03)
        assert row["ci_low"] < 0.03 < row["ci_high"]
        assert (row["n_mentored"], row["n_comparison"]) == (4, 4)


def test_scores_are_the_change_up_to_the_last_wave_before_the_start():
    rows = []
    for i, name in enumerate(members()["person_id"]):
        for wave, opened, period in ((1, "2019-12-01", 11), (2, "2020-12-01", 23)):
            gain = (wave - 1) * (0.5 if name[0] == "m" else 0.1) + (i % 2) * wave / 10
            rows.append((name, wave, pd.Timestamp(opened), period, pd.Timestamp(opened), 3 + gain))
    names = ["person_id", "wave", "opened_on", "period", "answered_on", "job_satisfaction"]
    waves = pd.DataFrame(rows, columns=names)
    for row in asked(SCORE, "job_satisfaction", person_waves=waves):
        assert row["estimate"] == pytest.approx(0.4)
        assert row["unit"] == "points"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"compared": members().iloc[:0]}, "nobody could be compared"),
        ({}, "nobody had the event"),
        ({"compared": members(1), "events": promotions(m0="2020-05-01")}, "fewer than 2"),
        ({"spells": hired("2020-03-16"), "events": promotions(m0="2020-05-01")}, "fewer than 2"),
        (
            {"events": promotions(**{f"m{i}": "2020-05-01" for i in range(4)})},
            "nothing varies within the arms",
        ),
        ({"refusal": "no weights"}, "no weights"),
    ],
)
def test_what_cannot_be_told_is_blocked_with_its_reason_and_not_evaluated(change, reason):
    rows = asked(PROMOTION, **change)
    assert rows[0]["status"] == "blocked"
    assert reason in rows[0]["reason"]
    judged = judge_placebo(*rows)
    assert judged.result == "not_evaluated"
    assert reason in judged.message


def test_without_sets_a_year_before_it_is_not_evaluated():
    rows = asked(
        PROMOTION,
        early=members(time_zero="2020-03-15").iloc[:0],
        events=promotions(m0="2020-05-01", c0="2020-05-01"),
    )
    assert [row["status"] for row in rows] == ["estimated", "blocked"]
    assert judge_placebo(*rows).result == "not_evaluated"


def test_who_was_hired_within_the_year_is_left_out_and_counted():
    late = hired(m3="2020-03-16", c3="2020-11-01")
    events = promotions(m0="2020-05-01", m1="2020-05-01", c0="2020-12-01")
    for row in asked(PROMOTION, events=events, spells=late):
        assert row["estimate"] == pytest.approx(100 * (2 / 3 - 1 / 3))
        assert (row["n_mentored"], row["n_comparison"], row["n_left_out"]) == (3, 3, 2)


def test_the_employment_of_time_zero_counts_not_an_earlier_one():
    again = pd.concat([hired(), hired("2020-09-01").query("person_id == 'm0'")])
    row, _ = asked(PROMOTION, events=promotions(m0="2020-10-01", c0="2020-12-01"), spells=again)
    assert (row["n_mentored"], row["n_left_out"]) == (3, 1)
    assert row["estimate"] == pytest.approx(-25)


def estimated(p_value: float) -> dict:
    return {"status": "estimated", "reason": None, "p_value": p_value}


def test_the_smallest_cell_of_both_rows_stands_behind_the_message():
    rows = asked(PROMOTION, events=promotions(m0="2020-05-01", m1="2020-05-01", c0="2020-12-01"))
    assert judge_placebo(*rows).n_smallest == 1  # one comparator with the event


@pytest.mark.parametrize(
    ("a_year_before", "at_start", "result"),
    [
        (0.5, 0.5, "passed"),
        (0.04, 0.5, "in_doubt"),
        (0.0001, 0.5, "in_doubt"),
        (0.5, 0.04, "in_doubt"),
        (0.5, 0.009, "failed"),
        (0.0001, 0.0001, "failed"),
        (0.5, np.nan, "not_evaluated"),
        (np.nan, 0.5, "not_evaluated"),
        (np.nan, 0.001, "not_evaluated"),
    ],
)
def test_only_what_the_groups_compared_leave_can_fail(a_year_before, at_start, result):
    judged = judge_placebo(estimated(at_start), estimated(a_year_before))
    assert isinstance(judged, Judgement)
    assert judged.result == result
    assert (RULES["placebo_start"].doubt, RULES["placebo_start"].fail) == (0.05, 0.01)


def test_names_and_order_of_rows_change_nothing():
    events = promotions(m0="2020-05-01", m1="2020-06-01", c0="2020-12-01")
    rng = np.random.default_rng(4)
    names = {name: f"p{i}" for i, name in enumerate(rng.permutation(members()["person_id"]))}

    def renamed(frame):
        return frame.assign(person_id=frame["person_id"].map(names)).sample(frac=1, random_state=1)

    as_it_came = asked(PROMOTION, events=events)
    again = asked(
        PROMOTION,
        early=renamed(members(time_zero="2020-03-15")),
        compared=renamed(members()),
        events=renamed(events),
        spells=renamed(hired()),
    )
    for one, other in zip(as_it_came, again, strict=True):
        for figure in ("estimate", "std_error", "p_value"):
            assert one[figure] == pytest.approx(other[figure], abs=1e-12)
