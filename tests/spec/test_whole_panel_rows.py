"""Rows over everybody: two exposures, within and between, leads and lags, kinds of mentoring."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates import (
    event_time_effects,
    fixed_effects,
    hausman,
    random_effects,
)
from mentor_outcomes.estimates.panel_answers.leads_and_lags import blocked_leads, leads_and_lags
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.panel_answers.whole_panel import (
    blocked_whole_panel,
    whole_panel_rows,
)
from mentor_outcomes.estimates.result_rows import as_table
from mentor_outcomes.study import Analysis, Exposure, Groups, Outcome, StudySection

SECTION = StudySection(
    "invented", date(2020, 1, 1), date(2023, 6, 30), date(2019, 1, 1), "voluntary"
)
PEOPLE, MONTHS, FIRST_WAVE, EVERY = 120, 42, 2, 6
EXACT = 1e-9
KEY = ["method", "quantity", "variant"]
TWO_WAY = ("two_way_fixed_effects", "coefficient")


def kinds(start: np.ndarray) -> pd.DataFrame:
    """The first mentorships of those who start: two of three formal, every fifth by the manager."""
    person = np.flatnonzero(start < MONTHS)
    return pd.DataFrame(
        {
            "role": "protege",
            "person_id": person,
            "kind": np.where(person % 3 == 0, "informal", "formal"),
            "mentor_is_manager": person % 5 == 0,
        }
    )


def made(seed=1) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Months -1 to 41 and waves of people, two of three mentored, some for a while only."""
    rng = np.random.default_rng(seed)
    start = rng.integers(-3, 60, PEOPLE)
    length = rng.integers(6, 40, PEOPLE)
    person, period = (
        np.repeat(np.arange(PEOPLE), MONTHS + 1),
        np.tile(np.arange(-1, MONTHS), PEOPLE),
    )
    since = period - start[person]
    months = pd.DataFrame(
        {
            "person_id": person,
            "period": period,
            "is_mentored_ever": since >= 0,
            "is_mentored_now": (since >= 0) & (since < length[person]),
        }
    )
    months["fte"] = rng.integers(1, 3, len(months)) / 2
    months["log_pay"] = (
        10 + 0.05 * months["is_mentored_ever"] + 0.002 * period + rng.normal(0, 0.1, len(months))
    )
    asked = months[(period >= 0) & (period % EVERY == FIRST_WAVE)]
    waves = pd.DataFrame(
        {
            "person_id": asked["person_id"],
            "wave": asked["period"] // EVERY + 1,
            "period": asked["period"],
            "mood": 4 + 0.5 * asked["is_mentored_ever"] + rng.normal(0, 0.4, len(asked)),
        }
    ).reset_index(drop=True)
    return months, waves, kinds(start)


def question(name="log_pay", *, measure="started", contrast="any", **analysis) -> PanelQuestion:
    kind = "panel" if name == "log_pay" else "scale"
    return PanelQuestion(
        name,
        Outcome(kind=kind, better="higher", smallest_worthwhile=0.01, primary=True),
        SECTION,
        Exposure(measure=measure),
        Analysis(horizons_months=(12, 24), main_horizon_months=24, **analysis),
        Groups(),
        "protege",
        contrast,
    )


def rows_of(asked: PanelQuestion, *tables) -> pd.DataFrame:
    table = as_table(whole_panel_rows(asked, *tables), schema.ESTIMATES)
    return schema.ESTIMATES.check(table).set_index(KEY).sort_index()


def test_every_exposure_and_part_has_a_row_and_each_is_the_models():
    months, waves, _ = made()
    found = rows_of(question(adjust_for=("fte",)), months, waves)
    panel = months[months["period"] >= 0]
    model = {"unit": "person_id", "period": "period", "outcome": "log_pay"}
    for exposure, variant in (
        ("is_mentored_ever", "main"),
        ("is_mentored_now", "current exposure"),
    ):
        fit = fixed_effects(panel, **model, regressors=[exposure, "fte"])
        row = found.loc[("two_way_fixed_effects", "coefficient", variant)]
        assert row["estimate"] == pytest.approx(fit.coefficients[0], rel=EXACT)
        assert row["error_type"] == fit.error_type
    model |= {"regressors": ["is_mentored_ever", "fte"], "period_effects": True}
    table = random_effects(panel, **model).tidy().set_index(["part", "term"])
    for part in ("within", "between"):
        row = found.loc[("within_between", f"{part}_coefficient", "main")]
        assert row["estimate"] == pytest.approx(table.loc[(part, "is_mentored_ever"), "estimate"])
        assert row["std_error"] == pytest.approx(table.loc[(part, "is_mentored_ever"), "std_error"])
    test = hausman(panel, **model)
    row = found.loc[("within_between", "hausman", "main")]
    assert (row["estimate"], row["p_value"]) == pytest.approx((test.chi_square, test.p_value))
    assert row["unit"] == "chi-square"
    assert np.isnan(row["std_error"])


def test_where_exposure_goes_on_and_off_the_main_row_is_that_of_current_exposure():
    months, waves, _ = made()
    ever, now = (
        rows_of(question(), months, waves),
        rows_of(question(measure="current"), months, waves),
    )
    key = ("two_way_fixed_effects", "coefficient")
    main, other = (*key, "main"), (*key, "ever mentored")
    assert now.loc[main, "estimate"] == ever.loc[(*key, "current exposure"), "estimate"]
    assert now.loc[other, "estimate"] == ever.loc[main, "estimate"]


def test_of_one_kind_those_mentored_otherwise_are_left_out_from_their_start_on():
    months, waves, first = made()
    found = rows_of(question(contrast="formal"), months, waves, first)
    others = first.loc[first["kind"] == "informal", "person_id"]
    is_other = months["person_id"].isin(others)
    panel = months[(months["period"] >= 0) & ~(is_other & months["is_mentored_ever"])]
    fit = fixed_effects(
        panel,
        unit="person_id",
        period="period",
        outcome="log_pay",
        regressors=["is_mentored_ever"],
    )
    row = found.loc[("two_way_fixed_effects", "coefficient", "main")]
    assert row["estimate"] == pytest.approx(fit.coefficients[0], rel=EXACT)
    formal = months.loc[months["is_mentored_ever"] & ~is_other, "person_id"].nunique()
    assert row["n_mentored"] == formal
    now = found.loc[("two_way_fixed_effects", "coefficient", "current exposure")]
    assert now["status"] == "blocked"
    assert "kind is known of first mentorships alone" in now["reason"]
    naive = found.loc[("naive", "difference", "main")]
    never = PEOPLE - months.loc[months["is_mentored_ever"], "person_id"].nunique()
    assert (naive["n_mentored"], naive["n_comparison"]) == (formal, never)


@pytest.mark.parametrize("contrast", ["manager", "not_manager"])
def test_contrasts_of_the_manager_split_the_mentored(contrast):
    months, waves, first = made()
    found = rows_of(question(contrast=contrast), months, waves, first)
    of_kind = first.loc[first["mentor_is_manager"] == (contrast == "manager"), "person_id"]
    row = found.loc[("two_way_fixed_effects", "coefficient", "main")]
    assert row["n_mentored"] == of_kind.nunique()


def test_without_the_first_mentorships_other_contrasts_are_blocked():
    months, waves, _ = made()
    found = rows_of(question(contrast="formal"), months, waves)
    assert (found["status"] == "blocked").all()
    _, points = leads_and_lags(question(contrast="formal"), months, waves)
    assert points == []


def test_leads_and_lags_of_pay_go_by_months_and_start_from_the_month_before():
    months, waves, _ = made()
    rows, points = leads_and_lags(question(minimum_at_risk=5), months, waves)
    table = as_table(points, schema.CURVES)
    schema.CURVES.check(table)
    at = table.set_index("months")
    assert at.loc[-1, "estimate"] == 0
    assert (at.index.min(), at.index.max()) == (-24, 24)
    assert (table["n_at_risk"] >= 5).all()
    unseen = months["log_pay"].where(months["period"] >= 0)
    fit = event_time_effects(
        months.assign(log_pay=unseen),
        unit="person_id",
        period="period",
        outcome="log_pay",
        exposure="is_mentored_ever",
        leads=25,
        lags=25,
        minimum_units=5,
    )
    expected = dict(zip(fit.moments, fit.coefficients, strict=True))
    for month in (-24, -2, 0, 12, 24):
        assert at.loc[month, "estimate"] == pytest.approx(expected[month], rel=EXACT)
    test = fit.test_of_leads()
    assert (rows[0]["estimate"], rows[0]["p_value"]) == pytest.approx(
        (test.chi_square, test.p_value)
    )
    assert (rows[0]["quantity"], rows[0]["unit"]) == ("pre_trend", "chi-square")


def test_leads_and_lags_of_a_scale_go_by_waves_and_the_one_before_the_start_is_at_month_0():
    months, waves, _ = made()
    _, points = leads_and_lags(question("mood", minimum_at_risk=5), months, waves)
    at = as_table(points, schema.CURVES).set_index("months")
    assert at.loc[0, "estimate"] == 0
    assert set(at.index) <= set(range(-24, 25, 6))
    assert at.loc[[6, 12], "estimate"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.25)


def test_waves_unevenly_far_apart_have_no_curve_and_say_why():
    months, waves, _ = made()
    waves = waves[~waves["wave"].isin([2, 3])].assign(wave=lambda f: f["wave"].rank(method="dense"))
    rows, points = leads_and_lags(question("mood"), months, waves)
    assert points == []
    assert "unevenly far apart" in rows[0]["reason"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"log_pay": 10.0}, "never changes"),
        ({"is_mentored_ever": False, "is_mentored_now": False}, "nobody switches"),
    ],
)
def test_what_cannot_be_estimated_is_a_blocked_row_with_its_reason(change, words):
    months, waves, _ = made()
    found = rows_of(question(), months.assign(**change), waves)
    assert (found["status"] == "blocked").all()
    models = found.drop("naive", level="method")
    assert models["reason"].str.contains(words).all()
    rows, points = leads_and_lags(question(), months.assign(**change), waves)
    assert (rows[0]["status"], points) == ("blocked", [])


@pytest.mark.parametrize("rise", [0.0, 0.05])
def test_pay_that_effects_and_mentoring_say_in_full_is_no_finding(rise):
    """Pay of the person and the year, and a rise once mentored: what is left is rounding."""
    months, waves, _ = made()
    pay = 10 + months["person_id"] / 7 + 0.03 * (months["period"] // 12)
    exact = months.assign(log_pay=pay + rise * months["is_mentored_ever"])
    found = rows_of(question(), exact, waves).drop(
        [("naive", "difference", "main"), (*TWO_WAY, "current exposure")][: 2 if rise else 1]
    )
    assert len(found) >= 4
    assert (found["status"] == "blocked").all()
    assert found["reason"].str.contains("nothing varies beside them").all()
    rows, points = leads_and_lags(question(), exact, waves)
    assert "nothing varies beside them" in rows[0]["reason"]
    assert points == []


def test_one_period_is_a_blocked_row():
    months, waves, _ = made()
    found = rows_of(question(), months[months["period"].isin([-1, 5])], waves)
    models = found.drop("naive", level="method")
    assert models["reason"].str.contains("fewer than two periods").all()


def test_blocked_rows_have_the_same_keys():
    months, waves, _ = made()
    asked = question()
    blocked = as_table(blocked_whole_panel(asked, "for a reason"), schema.ESTIMATES)
    assert set(blocked.set_index(KEY).index) == set(rows_of(asked, months, waves).index)
    rows, _ = leads_and_lags(asked, months, waves)
    names = ("method", "quantity", "estimand", "unit")
    assert [rows[0][name] for name in names] == [
        blocked_leads(asked, "for a reason")[0][name] for name in names
    ]
