"""Who is eligible on the day of a start, counted person by person on a made panel."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.groups import design_groups
from mentor_outcomes.study import Exposure, Groups
from tests.made_panel import SECTION, Someone, panel_of

SETTINGS = Groups(
    min_tenure_months=6, exact=("grade", "job_family"), covariates=("last_rating",), caliper_sd=50
)
"""A caliper so wide that only the criteria decide."""
START = date(2020, 5, 14)


def crowd(n=12, **kwargs):
    """Unmentored people with ratings on both sides of the start's 2.4, none as far as another."""
    return [
        Someone(f"c{i}", rating=2.43 + (i // 2 + 1) * (-1) ** i / 10, **kwargs) for i in range(n)
    ]


def design(people, settings=SETTINGS, exposure=None, section=SECTION):
    designed = design_groups(
        *panel_of(people, section),
        settings=settings,
        section=section,
        exposure=exposure or Exposure(),
    )
    for table in (schema.FLOW, schema.MATCHED_SETS, schema.BALANCE, schema.OVERLAP):
        table.check(getattr(designed, table.name))
    return designed


def flow(designed, arm, eligibility="employed"):
    """Criterion -> people it removes, those that remove nobody left out."""
    rows = designed.flow.query("arm == @arm and eligibility == @eligibility")
    removed = dict(zip(rows["criterion"], rows["n_removed"], strict=True))
    return {name: n for name, n in removed.items() if n}


def comparators(designed, eligibility="employed"):
    sets = designed.matched_sets.query("eligibility == @eligibility and not is_mentored")
    return set(sets["person_id"])


MENTORED = Someone("m", started=START, rating=2.4)


def test_each_criterion_removes_the_mentored_person_it_is_for():
    unfit = [
        Someone("prevalent", started=date(2018, 6, 1)),
        Someone("early", started=date(2019, 6, 1)),
        Someone("late", started=date(2021, 2, 1)),
        Someone("gone", left=date(2020, 5, 13), started=START),
        Someone("going", left=START, started=START),
        Someone("away", leave=(date(2020, 5, 1), date(2020, 6, 1)), started=START),
        Someone("new", hired=date(2019, 12, 1), grades={date(2019, 12, 1): 1}, started=START),
        Someone("nameless", family=None, started=START),
        Someone("other", family="it", started=START, rating=2.6),
        Someone("only", family="hr", started=START, rating=2.6),
    ]
    # Of the family "it" somebody could have started, so that it has a score, but is away that day.
    mate = Someone("mate", family="it", rating=2.5, leave=(date(2020, 5, 1), date(2020, 7, 1)))
    designed = design([MENTORED, *unfit, mate, *crowd()])
    assert flow(designed, "mentored") == {
        "not yet mentored when recording began": 1,
        "began after the first observed day": 1,
        "began by the last observed day": 1,
        "employed on the day and the next": 2,
        "not on leave": 1,
        "employed for 6 months": 1,
        "recorded: grade, job_family": 1,
        "somebody like them both started and did not": 1,
        "a comparator within the caliper": 1,
    }
    overlap = designed.overlap.set_index("eligibility").loc["employed"]
    # Eligible: m, "other", "only", and "nameless", of whom no comparable colleague can be known.
    assert (overlap["n_mentored_eligible"], overlap["n_mentored_matched"]) == (4, 1)
    assert overlap["share_unmatched"] == pytest.approx(3 / 4)


def test_those_without_anybody_like_them_count_as_unmatched():
    """Everybody of the family "it" starts as soon as tenure allows: no score, but eligible."""
    hired = date(2019, 10, 25)
    alike = [
        Someone(f"it{i}", hired=hired, grades={hired: 1}, family="it", started=START, rating=i + 2)
        for i in range(3)
    ]
    others = [replace(one, id=f"h{one.id}", family="hr") for one in [MENTORED, *crowd()]]
    designed = design([MENTORED, *alike, *crowd(), *others])
    overlap = designed.overlap.set_index("eligibility").loc["employed"]
    assert (overlap["n_mentored_eligible"], overlap["n_mentored_matched"]) == (5, 2)
    assert overlap["share_unmatched"] == pytest.approx(3 / 5)
    rows = designed.flow.query("arm == 'mentored' and eligibility == 'employed'")
    remaining = rows.set_index("criterion")["n_remaining"]
    assert remaining["in the panel the day and the period before"] == 5
    assert remaining["somebody like them both started and did not"] == 2
    assert remaining.iloc[-1] == 2


def test_the_flow_reconciles_step_by_step():
    designed = design([MENTORED, Someone("away", leave=(START, START), started=START), *crowd()])
    for _, rows in designed.flow.groupby(["eligibility", "arm"]):
        rows = rows.sort_values("step")
        before = rows["n_remaining"].shift().iloc[1:]
        assert (before - rows["n_removed"].iloc[1:] == rows["n_remaining"].iloc[1:]).all()
        assert rows["step"].tolist() == list(range(len(rows)))


@pytest.mark.parametrize(
    ("unfit", "criterion"),
    [
        ({"started": date(2018, 6, 1)}, "not yet mentored when recording began"),
        ({"started": START}, "employed, not on leave and not mentored on the day of a start"),
        ({"left": START}, "employed, not on leave and not mentored on the day of a start"),
        (
            {"leave": (START, date(2020, 7, 1))},
            "employed, not on leave and not mentored on the day of a start",
        ),
        ({"hired": date(2019, 12, 1)}, "employed for 6 months by then"),
        (
            {"family": None},
            "comparable: in the panel the day and the period before, exact columns and score known",
        ),
        (
            {"family": "it"},
            "comparable: in the panel the day and the period before, exact columns and score known",
        ),
    ],
)
def test_a_comparator_must_be_eligible_on_the_day_of_the_start(unfit, criterion):
    person = Someone("x", rating=2.4, **unfit)
    if person.hired > date(2015, 1, 1):
        person = replace(person, grades={person.hired: 1})
    # The crowd's family keeps the start comparable; nobody else starts on that day or before.
    designed = design([MENTORED, person, *crowd()])
    assert "x" not in comparators(designed)
    alone = design([MENTORED, *crowd()])
    removed, before = flow(designed, "comparison"), flow(alone, "comparison")
    assert removed.get(criterion, 0) == before.get(criterion, 0) + 1


@pytest.mark.parametrize(
    "fit",
    [
        {"started": date(2020, 5, 15)},
        {"left": date(2020, 5, 15)},
        {"leave": (date(2020, 4, 1), date(2020, 5, 13))},
        {"leave": (date(2020, 5, 15), date(2020, 7, 1))},
        {"hired": date(2019, 11, 13)},
    ],
    ids=[
        "mentored the day after",
        "leaves the day after",
        "back today",
        "away tomorrow",
        "6 months",
    ],
)
def test_what_happens_the_day_after_excludes_nobody(fit):
    person = Someone("x", rating=2.4, **fit)
    if person.hired > date(2015, 1, 1):
        person = replace(person, grades={person.hired: 1})
    settings = replace(SETTINGS, comparators_per_mentee=1, covariates=("last_rating",))
    designed = design([MENTORED, person, *crowd(3)], settings)
    of_start = designed.matched_sets.query("time_zero == @START and eligibility == 'employed'")
    assert "x" in set(of_start["person_id"])


def test_who_started_the_day_before_is_no_comparator_but_has_a_set_of_their_own():
    designed = design([MENTORED, replace(MENTORED, id="x", started=date(2020, 5, 13)), *crowd()])
    sets = designed.matched_sets.query("eligibility == 'employed'").set_index("time_zero")
    assert "x" not in set(sets.loc["2020-05-14", "person_id"])
    assert "m" in set(sets.loc["2020-05-13", "person_id"])


def test_the_grade_that_counts_is_that_of_the_day_before():
    raised_today = {date(2015, 1, 1): 1, START: 2}
    raised_before = {date(2015, 1, 1): 1, date(2020, 5, 13): 2}
    today = Someone("today", grades=raised_today, rating=2.4)
    before = Someone("before", grades=raised_before, rating=2.4)
    starter = replace(MENTORED, grades=raised_today)
    settings = replace(SETTINGS, comparators_per_mentee=1)
    designed = design([starter, today, before, *crowd(4)], settings)
    assert comparators(designed) == {"today"}
    assert designed.matched_sets["time_zero"].unique() == pd.Timestamp(START)


def test_the_top_grade_is_out_where_promotion_is_the_outcome():
    top = {"grades": {date(2015, 1, 1): 2}}
    people = [
        MENTORED,
        Someone("high", started=START, rating=2.5, **top),
        Someone("peer", rating=2.5, **top),
        *crowd(),
    ]
    designed = design(people)
    assert flow(designed, "mentored", "below_top_grade") == {"below the top grade": 1}
    assert "peer" in comparators(designed)
    assert "peer" not in comparators(designed, "below_top_grade")


def test_without_grades_there_is_no_eligibility_for_promotion():
    people = [replace(person, grades={}) for person in [MENTORED, *crowd()]]
    designed = design(people, replace(SETTINGS, exact=("job_family",)))
    assert set(designed.flow["eligibility"]) == {"employed"}


def test_two_starts_on_one_day_are_two_sets():
    people = [MENTORED, replace(MENTORED, id="n", rating=2.7), *crowd()]
    sets = design(people).matched_sets.query("eligibility == 'employed'")
    assert sets.groupby("set_id")["is_mentored"].sum().tolist() == [1, 1]
    assert sets.loc[sets["is_mentored"], "person_id"].tolist() == ["m", "n"]
    shares = sets[~sets["is_mentored"]].groupby("set_id")["weight"].sum()
    assert np.allclose(shares, 1)


def test_a_contrast_keeps_its_own_starts_and_comparators_without_any():
    people = [
        MENTORED,
        Someone("talk", started=START, kind="informal", rating=2.4),
        Someone("later", started=date(2020, 9, 3), kind="informal", rating=2.4),
        Someone("past", started=date(2020, 3, 3), kind="informal", rating=2.4),
        *crowd(),
    ]
    designed = design(people, exposure=Exposure(contrasts=("formal",)))
    assert flow(designed, "mentored") == {"first mentorship is of this kind": 3}
    sets = designed.matched_sets.query("eligibility == 'employed'")
    assert sets.loc[sets["is_mentored"], "person_id"].tolist() == ["m"]
    assert "later" in comparators(designed)
    assert not {"talk", "past"} & comparators(designed)


def test_a_contrast_nobody_can_make_is_refused():
    with pytest.raises(StudyError, match=r"exposure\.contrasts names phase:cultivation"):
        design([MENTORED, *crowd()], exposure=Exposure(contrasts=("phase:cultivation",)))


def test_exposure_that_comes_and_goes_has_a_flow_and_no_sets():
    people = [MENTORED, Someone("prevalent", started=date(2018, 6, 1)), *crowd()]
    designed = design(people, exposure=Exposure(measure="current"))
    assert flow(designed, "mentored") == {"not yet mentored when recording began": 1}
    assert designed.matched_sets.empty
    assert designed.balance.empty
    assert designed.overlap.empty


@pytest.mark.parametrize(
    ("people", "eligible"),
    [
        (crowd(), 0),
        ([replace(MENTORED, id=f"m{i}", rating=i) for i in range(4)], 4),
        ([], 0),
        ([MENTORED, *crowd(family="it")], 1),
        ([MENTORED, Someone("x", grades={date(2015, 1, 1): 2}, rating=2.4)], 1),
    ],
    ids=["no mentored", "nobody to compare with", "nobody", "another family", "another grade"],
)
def test_where_nobody_can_be_matched_the_flow_says_why(people, eligible):
    designed = design(people)
    assert designed.matched_sets.empty
    assert designed.balance.empty
    overlap = designed.overlap.query("eligibility == 'employed'")
    assert overlap["n_mentored_eligible"].tolist() == [eligible] * len(overlap)
    assert overlap["share_unmatched"].isin([1.0] if eligible else [np.nan]).all()
    assert (designed.overlap["n_mentored_matched"] == 0).all()
    n_last = designed.flow.query("arm == 'mentored'").groupby("eligibility")["n_remaining"].last()
    assert (n_last == 0).all()


def test_a_contrast_with_too_few_starts_is_refused_alone():
    # The only informal start has the highest rating of all: no finite model can tell it apart.
    people = [MENTORED, Someone("talk", started=START, kind="informal", rating=5.0), *crowd()]
    designed = design(people, exposure=Exposure(contrasts=("formal", "informal")))
    assert set(designed.matched_sets["contrast"]) == {"formal"}
    refused = designed.flow.query("contrast == 'informal' and n_removed > 0")["criterion"]
    assert refused.str.contains("last_rating foretells the event").any()


def test_without_covariates_all_eligible_share_the_place():
    settings = Groups(min_tenure_months=6)
    sets = design([MENTORED, *crowd(5)], settings).matched_sets.query("eligibility == 'employed'")
    assert sets.loc[~sets["is_mentored"], "weight"].tolist() == [pytest.approx(1 / 5)] * 5


def test_a_covariate_that_is_misspelt_or_an_outcome_is_refused():
    with pytest.raises(StudyError, match="did you mean last_rating"):
        design([MENTORED, *crowd()], replace(SETTINGS, covariates=("last_ratings",)))
    with pytest.raises(StudyError, match="of the role outcome"):
        design([MENTORED, *crowd()], replace(SETTINGS, covariates=("log_pay",)))
    with pytest.raises(StudyError, match="holds fractions"):
        design([MENTORED, *crowd()], replace(SETTINGS, exact=("last_rating",)))


def test_covariates_without_any_value_are_refused_all_at_once():
    people = [replace(person, rating=float("nan")) for person in [MENTORED, *crowd()]]
    settings = replace(SETTINGS, covariates=("last_rating", "tenure_months", "fte"))
    with pytest.raises(StudyError, match=r"groups\.covariates names last_rating, fte, of which"):
        design(people, settings)
