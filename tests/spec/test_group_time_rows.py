"""Cohorts of starts in a study's records, and the rows that group-time effects make of them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.estimates.panel_answers.group_time_panel import StartsPanel, starts_panel
from mentor_outcomes.estimates.panel_answers.group_time_rows import (
    blocked_group_time,
    group_time_rows,
)
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_table
from mentor_outcomes.estimates.weights.unstarted import chances_unstarted
from mentor_outcomes.study import (
    Analysis,
    Exposure,
    Groups,
    Outcome,
    StudySection,
    parse_study,
)
from mentor_outcomes.study.consistency import check_consistency
from tests.selective_panel import GROUPS, SECTION, selective_panel
from tests.tiny_study import PARAMS
from tests.unstarted import all_certain

YEAR = StudySection(
    "a year and more", date(2020, 1, 1), date(2021, 2, 28), date(2019, 1, 1), "voluntary"
)
KIND = {"log_pay": "panel", "mood": "scale"}
STUDY = selective_panel(np.random.default_rng(4), n=700)
CHANCES = chances_unstarted(STUDY.person_months, STUDY.first_mentorships, SECTION.calendar, GROUPS)


def question(name="log_pay", section=SECTION, groups=GROUPS, **analysis) -> PanelQuestion:
    settings = {"horizons_months": (12, 24), "main_horizon_months": 24} | analysis
    outcome = Outcome(kind=KIND[name], better="higher", smallest_worthwhile=0.1)
    return PanelQuestion(
        name, outcome, section, Exposure(), Analysis(**settings), groups, "protege", "any"
    )


def panel_of(asked, months, waves, first, chances=None) -> StartsPanel:
    """As `starts_panel`, everybody as likely as the other not to have started if not told."""
    known = all_certain(months) if chances is None else chances
    return starts_panel(asked, months, waves, first, known)


def starts(**days: str) -> pd.DataFrame:
    started_on = pd.to_datetime(list(days.values())).as_unit("us")
    people = pd.DataFrame({"role": "protege", "person_id": list(days)})
    return people.assign(started_on=started_on, is_prevalent=False)


def months_of(*people: str) -> pd.DataFrame:
    """Pay is the number of the period, from -1 on."""
    rows = [(who, period, float(period)) for who in people for period in range(-1, 14)]
    panel = pd.DataFrame(rows, columns=["person_id", "period", "log_pay"])
    ends = YEAR.calendar.ends(panel["period"]).as_unit("us")
    return panel.assign(period_end=ends, rating=panel["period"] * 10.0)


def waves_of(person: str, *answers: tuple[str, str | None]) -> pd.DataFrame:
    opened, answered = (
        pd.to_datetime(list(days)).as_unit("us") for days in zip(*answers, strict=True)
    )
    return pd.DataFrame(
        {
            "person_id": person,
            "wave": range(1, len(answers) + 1),
            "opened_on": opened,
            "period": YEAR.calendar.period_of(pd.Series(opened)),
            "answered_on": answered,
            "mood": np.where(answered.notna(), np.arange(len(answers)), np.nan),
        }
    )


def rows(asked: PanelQuestion, **tables: pd.DataFrame | str) -> pd.DataFrame:
    made = {
        name: getattr(STUDY, name)
        for name in ("person_months", "person_waves", "first_mentorships")
    }
    made |= {"chances": CHANCES}
    found = group_time_rows(asked, **(made | tables))
    return schema.ESTIMATES.check(as_table(found, schema.ESTIMATES)).reset_index(drop=True)


def test_pay_is_as_of_the_end_of_each_whole_quarter_the_one_before_the_window_included():
    """January and February 2021 are no whole quarter; December 2019 ends one."""
    asked = question(section=YEAR, groups=Groups(covariates=("rating",)))
    found = panel_of(
        asked, months_of("a", "b"), waves_of("a", ("2020-05-06", None)), starts(a="2020-04-01")
    )
    own = found.rows[found.rows["person_id"] == "a"]
    assert own["period"].tolist() == [-1, 0, 1, 2, 3]
    assert own["log_pay"].tolist() == [-1, 2, 5, 8, 11]
    assert own["start"].tolist() == [1] * 5
    assert own["covariate rating"].tolist() == [-10, 20, 50, 80, 110]
    assert found.rows.loc[found.rows["person_id"] == "b", "start"].isna().all()


def test_quarters_can_begin_in_the_month_after_the_ratings():
    asked = question(section=YEAR, groups=Groups(), group_starts_from_month=2)
    first = starts(a="2020-01-31", b="2020-02-01")
    found = panel_of(asked, months_of("a", "b"), waves_of("a", ("2020-05-06", None)), first)
    own = found.rows[found.rows["person_id"] == "a"]
    assert own["log_pay"].tolist() == [0, 3, 6, 9, 12]
    start = found.rows.drop_duplicates("person_id").set_index("person_id")["start"]
    assert own["period"].tolist()[0] == start["a"] == start["b"] - 1


def test_a_month_that_does_not_exist_is_refused_when_the_study_is_read():
    study = parse_study(PARAMS)
    spoilt = replace(study, analysis=replace(study.analysis, group_starts_from_month=13))
    with pytest.raises(StudyError, match="group_starts_from_month is 13"):
        check_consistency(spoilt)


def test_a_year_holds_its_starts_where_the_study_says_so():
    asked = question(section=YEAR, groups=Groups(), group_starts_by="year")
    found = panel_of(
        asked, months_of("a"), waves_of("a", ("2020-05-06", None)), starts(a="2020-12-31")
    )
    assert found.rows[["period", "start", "log_pay"]].to_numpy().tolist() == [
        [-1, 0, -1],
        [0, 0, 11],
    ]
    assert [found.since_start(months) for months in (12, 24)] == [1, 2]
    assert np.isnan(found.since_start(18))


def test_a_start_belongs_to_the_first_wave_that_opens_on_its_day_or_later():
    answers = [("2020-02-06", "2020-02-08"), ("2020-08-06", "2020-08-07"), ("2021-02-06", None)]
    for day, wave in (("2020-08-05", 1), ("2020-08-06", 1), ("2020-08-07", 2), ("2020-01-01", 0)):
        found = panel_of(
            question("mood", YEAR, Groups()), months_of("a"), waves_of("a", *answers), starts(a=day)
        )
        assert found.rows["start"].tolist() == [wave] * 3
        assert found.rows["period"].tolist() == [0, 1, 2]
    assert [found.since_start(months) for months in (6, 12, 24)] == [0, 1, 3]
    assert np.isnan(found.since_start(3))


def test_an_answer_given_after_the_start_is_no_value_before_it():
    answers = [("2020-02-06", "2020-02-20"), ("2020-08-06", "2020-08-07")]
    asked = question("mood", YEAR, Groups())
    for day, missing in (("2020-02-20", True), ("2020-02-21", False), ("2020-02-06", False)):
        found = panel_of(asked, months_of("a"), waves_of("a", *answers), starts(a=day))
        assert found.rows["mood"].isna().tolist() == [missing, False]


def test_covariates_of_a_wave_are_those_of_the_end_of_the_period_before():
    asked = question("mood", YEAR, Groups(covariates=("rating",)))
    answers = [("2020-02-06", "2020-02-20"), ("2020-08-06", "2020-08-07")]
    found = panel_of(asked, months_of("a"), waves_of("a", *answers), starts(a="2020-03-01"))
    assert found.rows["covariate rating"].tolist() == [0, 60]


def test_every_quantity_has_its_row_with_who_is_behind_it():
    found = rows(question()).set_index(["quantity", "horizon_months"])
    assert found["status"].eq("estimated").all()
    assert found["method"].eq("group_time_effects").all()
    overall = found.loc["overall_effect"].iloc[0]
    truth = STUDY.effect_of.loc[STUDY.first_mentorships["person_id"]].mean()
    assert abs(overall["estimate"] - truth) < 4 * overall["std_error"]
    assert overall["std_error"] < 0.005
    assert overall["n_mentored"] + overall["n_left_out"] <= len(STUDY.first_mentorships)
    at_12, at_24 = (found.loc[("effect_at", months)] for months in (12.0, 24.0))
    assert at_24["n_mentored"] < at_12["n_mentored"] < overall["n_mentored"]
    assert "clustered by person_id" in at_12["error_type"]
    test = found.loc["pre_trend"].iloc[0]
    assert test["unit"] == "chi-square"
    assert 0.001 < test["p_value"] <= 1


def test_scales_are_compared_from_wave_to_wave():
    found = rows(question("mood", minimum_at_risk=5)).set_index(["quantity", "horizon_months"])
    assert found["unit"].tolist() == ["points"] * 3 + ["chi-square"]
    row = found.loc["overall_effect"].iloc[0]
    assert abs(row["estimate"] - 0.5) < 4 * row["std_error"]


def test_without_the_covariate_behind_starts_the_effect_is_overstated():
    with_it = rows(question()).iloc[0]["estimate"]
    assert rows(question(groups=Groups())).iloc[0]["estimate"] > with_it + 0.02


def only(frame: pd.DataFrame, chosen) -> pd.DataFrame:
    return frame[chosen].reset_index(drop=True)


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"first_mentorships": STUDY.first_mentorships.iloc[:0]}, "starts after the first period"),
        (
            {
                "person_months": only(
                    STUDY.person_months,
                    STUDY.person_months["person_id"].isin(STUDY.first_mentorships["person_id"]),
                ).assign(log_pay=np.nan)
            },
            "missing for every unit",
        ),
        (
            {"person_months": only(STUDY.person_months, STUDY.person_months["period"] < 2)},
            "1 periods",
        ),
        ({"person_months": STUDY.person_months.assign(log_pay=1.0)}, "the same for everybody"),
    ],
)
def test_what_cannot_be_estimated_has_its_rows_blocked_with_the_reason(spoilt, reason):
    found = rows(question(), **spoilt)
    assert found["status"].tolist() == ["blocked"] * 4
    assert found["quantity"].tolist() == ["overall_effect", "effect_at", "effect_at", "pre_trend"]
    assert found["reason"].str.contains(reason).all()


def steady(rise: float = 0.0) -> pd.DataFrame:
    """Pay of the person and the year, `rise` more once mentored, and nothing else."""
    months = STUDY.person_months
    of_person = pd.factorize(months["person_id"])[0] / 700
    pay = 10 + of_person + 0.03 * (months["period"] // 12) + rise * months["is_mentored_ever"]
    return months.assign(log_pay=pay)


@pytest.mark.parametrize("groups", [GROUPS, Groups()])
@pytest.mark.parametrize("rise", [0.0, 0.05])
def test_pay_in_which_nothing_varies_is_no_finding_with_or_without_covariates(groups, rise):
    found = rows(question(groups=groups), person_months=steady(rise))
    assert found["status"].eq("blocked").all()
    assert found["reason"].str.contains("nothing varies within the arms").all()
    assert found["n_mentored"].iloc[:3].gt(100).all()


def test_pay_that_never_moves_in_a_person_is_blocked():
    months = steady()
    same = months.assign(log_pay=months.groupby("person_id")["log_pay"].transform("first"))
    found = rows(question(), person_months=same)
    assert found["status"].eq("blocked").all()
    assert found["reason"].str.contains("nothing varies within the arms").all()


@pytest.mark.parametrize(
    ("name", "by", "span"),
    [
        ("log_pay", "quarter", "at the horizon after the start or up to 3 months later"),
        ("log_pay", "year", "at the horizon after the start or up to 12 months later"),
        ("mood", "year", "at the last wave by the horizon after the start or up to 6 months"),
    ],
)
def test_the_estimand_says_how_long_ago_starts_are_beside_the_horizon(name, by, span):
    """Starts of a year count from its end: those 12 to 24 months back are seen at 12."""
    found = rows(question(name, minimum_at_risk=5, group_starts_by=by))
    at = found[found["quantity"] == "effect_at"]
    assert at["status"].eq("estimated").all()
    assert at["estimand"].str.startswith(f"effect {span}").all()
    assert at["estimand"].nunique() == 1


def test_the_span_holds_for_starts_on_the_first_and_the_last_day_of_a_year():
    asked = question(section=YEAR, groups=Groups(), group_starts_by="year")
    first = starts(a="2019-01-01", b="2019-12-31")
    found = panel_of(asked, months_of("a", "b"), waves_of("a", ("2020-05-06", None)), first)
    seen = pd.Timestamp("2020-12-31")  # the end of the period that is one after the start's
    assert found.since_start(12) == 1
    assert found.rows["start"].nunique() == 1
    ago = [(seen - day).days / 30.4375 for day in first["started_on"]]
    assert ago == pytest.approx([24, 12], abs=0.1)
    assert "up to 12 months later" in found.span


def test_waves_unevenly_far_apart_have_no_span():
    assert StartsPanel(pd.DataFrame(), (), np.nan, is_waves=True).span == ""


def test_a_wave_survey_nobody_answered_is_blocked():
    silent = STUDY.person_waves.assign(mood=np.nan)
    assert rows(question("mood"), person_waves=silent)["status"].eq("blocked").all()


def test_other_contrasts_and_exposure_that_ends_are_blocked():
    formal = replace(question(), contrast="formal")
    assert rows(formal)["reason"].str.contains("contrast 'any' only").all()
    current = replace(question(), exposure=Exposure(measure="current"))
    assert rows(current)["reason"].str.contains("goes on and off").all()
    assert len(blocked_group_time(question(), "why")) == 4


def test_horizons_between_or_beyond_the_periods_are_blocked_alone():
    found = rows(question(horizons_months=(12, 13, 96))).set_index("horizon_months")
    assert found.loc[12.0, "status"] == "estimated"
    assert found.loc[13.0, "reason"] == "13 months are no whole number of its periods"
    assert found.loc[96.0, "reason"] == "nobody is seen 96 months after the start"


def test_cohorts_smaller_than_asked_for_leave_the_row_blocked_and_tell_no_count():
    found = rows(question(minimum_at_risk=300))
    assert found["status"].eq("blocked").all()
    assert found.loc[0, "reason"].startswith("no cohort has 300 people")
    assert found.loc[0, "n_left_out"] > 100


def test_the_time_before_is_tested_half_a_year_apart_and_never_where_it_is_matched_on():
    pay = StartsPanel(pd.DataFrame(), (), 3.0, is_waves=False)
    assert pay.tested_before() == (-3, -5, -7, -9)
    assert pay.tested_before(12) == (-3, -7, -9)
    yearly = StartsPanel(pd.DataFrame(), (), 12.0, is_waves=False)
    assert yearly.tested_before(12) == (-3,)
    assert StartsPanel(pd.DataFrame(), (), 6.0, is_waves=True).tested_before() == (-2, -3, -4, -5)
    assert StartsPanel(pd.DataFrame(), (), np.nan, is_waves=True).tested_before() == ()
