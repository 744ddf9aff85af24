"""Promotions by another definition, later ones, and early starts: two matched sets, by hand."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.calendar import DAYS_PER_MONTH
from mentor_outcomes.estimates.event_answers.follow_up import set_records
from mentor_outcomes.estimates.event_answers.promotion_definition import (
    NO_CODES,
    ONLY_BY_GRADE,
    counted,
    why_uncounted,
)
from mentor_outcomes.estimates.event_answers.repeated_events import repeated_records
from mentor_outcomes.study import VARIANTS, Analysis, defined_otherwise
from mentor_outcomes.tables.promotions import promotion_counts
from tests.panel_records import hired, panel_table, records, rows
from tests.spec.test_event_outcomes import (
    AS_ASSIGNED,
    CENSOR,
    EXIT,
    PROMOTION,
    SECTION,
    SETS,
    STARTS,
    asked,
    weights,
)

# Time zero of all five is 10 March; 1.5 months are 45.7 days, up to 24 April.
SAME_DAY_SETS = SETS.assign(time_zero=pd.Timestamp("2020-03-10"))
EVENTS = records(
    schema.PERSON_EVENTS,
    """
    person_id  occurred_on  event           found_by    is_mass_change
    m          2020-03-10   promotion       both        .
    m          2020-04-10   promotion       code_only   .
    m          2020-04-20   promotion       grade_only  .
    n          2020-04-01   promotion       both        yes
    c1         2020-04-05   promotion       code_only   yes
    c1         2020-05-01   voluntary_exit  .           .
    c2         2020-04-15   promotion       both        .
    c2         2020-04-18   promotion       both        .
    """,
)
DEFINITIONS = {
    ("grade", False): ["m 03-10", "m 04-20", "c2 04-15", "c2 04-18"],
    ("code", False): ["m 03-10", "m 04-10", "c2 04-15", "c2 04-18"],
    ("either", False): ["m 03-10", "m 04-10", "m 04-20", "c2 04-15", "c2 04-18"],
    ("grade", True): ["m 03-10", "m 04-20", "n 04-01", "c2 04-15", "c2 04-18"],
    ("code", True): ["m 03-10", "m 04-10", "n 04-01", "c1 04-05", "c2 04-15", "c2 04-18"],
}


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_promotions_of_the_definition_count_and_exits_stay(definition):
    way, mass = definition
    found = counted(EVENTS, replace(PROMOTION, definition=way, mass_changes=mass))
    promoted = found[found["event"] == "promotion"]
    days = promoted["person_id"] + promoted["occurred_on"].dt.strftime(" %m-%d")
    assert days.tolist() == DEFINITIONS[definition]
    assert (found["event"] == "voluntary_exit").sum() == 1


def test_counted_events_are_as_many_as_the_counts_of_the_ingest_say():
    """Over one year, of rows that hold every kind: each definition is a sum of their cells."""
    jobs = records(
        schema.JOB_HISTORY,
        """
        person_id  effective_on  sequence  grade  event_code  is_mass_change
        a          2019-12-01    1         1      hire        .
        a          2020-02-01    1         2      promotion   .
        a          2020-03-01    1         2      promotion   .
        a          2020-04-01    1         3      job_change  .
        a          2020-05-01    1         4      job_change  yes
        a          2020-06-01    1         5      promotion   yes
        a          2020-07-01    1         5      promotion   yes
        a          2020-08-01    1         6      job_change  yes
        a          2020-08-01    2         6      promotion   .
        """,
    )
    tables = hired("person_id spell hired_on left_on exit_kind\n a 1 2019-12-01 . .")
    counts = promotion_counts(jobs, tables["employment_spells"])
    counts = counts.set_index(["found_by", "is_mass_change"])["n_promotions"]
    events = panel_table(schema.PERSON_EVENTS, tables | {"job_history": jobs})
    assert counts.sum() == len(events) == 7
    cells = {"grade": ["both", "grade_only"], "code": ["both", "code_only"]}
    cells["either"] = ["both", "grade_only", "code_only"]
    for definition, found_by in cells.items():
        for mass in (False, True):
            outcome = replace(PROMOTION, definition=definition, mass_changes=mass)
            expected = sum(counts[way, m] for way in found_by for m in {False, mass})
            assert len(counted(events, outcome)) == expected, (definition, mass)


# ------------------------------------------------------------------------------ later promotions


def repeated(groups=AS_ASSIGNED, *, events=EVENTS, sets=SAME_DAY_SETS, longest_months=36.0):
    records_of = partial(
        set_records,
        first_mentorships=STARTS.query("person_id != 'c3'"),
        censoring_weights=weights(),
        section=SECTION,
        groups=groups,
        longest_months=longest_months,
    )
    return repeated_records(
        sets, PROMOTION, events=counted(events, PROMOTION), records_of=records_of
    )


def of(frame: pd.DataFrame, person: str) -> list[tuple]:
    columns = ("entry", "exit", "event", "is_first", "terminal", "weight")
    return rows(frame[frame["person_id"] == person], *columns)


def test_follow_up_goes_on_after_a_promotion_and_is_cut_at_each():
    """c2 on 15 and 18 April, days 36 and 39; to the end of 2020, 296 days after time zero."""
    assert of(repeated(), "c2") == [
        (0, 36, True, True, False, 0.5),
        (36, 39, True, False, False, 0.5),
        (39, 296, False, False, False, 0.5),
    ]


def test_leaving_is_terminal_and_a_promotion_on_time_zero_is_none():
    assert of(repeated(), "c1") == [(0, 52, False, False, True, 0.5)]
    assert of(repeated(), "m")[0] == (0, 41, True, True, False, 1)


def test_a_comparator_is_censored_and_weighted_as_for_the_first_promotion():
    """c2's own mentorship starts on 15 April: a promotion that day counts, the next one not."""
    found = of(repeated(CENSOR), "c2")
    assert found == [
        (0, 21, False, False, False, pytest.approx(0.60)),
        (21, 36, True, True, False, pytest.approx(0.65)),
    ]


def test_a_promotion_on_the_last_day_employed_counts_and_ends_follow_up():
    last_day = EVENTS.assign(
        occurred_on=EVENTS["occurred_on"].mask(EVENTS["person_id"] == "c1", "2020-05-01"),
        is_mass_change=False,
        found_by=EVENTS["found_by"].replace("code_only", "both"),
    )
    assert of(repeated(events=last_day), "c1") == [(0, 52, True, True, True, 0.5)]


def test_beyond_the_longest_horizon_nothing_counts():
    found = of(repeated(longest_months=38 / DAYS_PER_MONTH), "c2")
    assert found == [(0, 36, True, True, False, 0.5), (36, 38, False, False, False, 0.5)]


# ----------------------------------------------------------------------------------------- rows

ALL = ("by_code", "by_either", "with_mass_changes", "later_promotions", "full_follow_up")
DECLARED = replace(PROMOTION, sensitivities=ALL)


def found_rows(outcome=DECLARED, **more) -> pd.DataFrame:
    given = {"matched_sets": SAME_DAY_SETS, "events": EVENTS, **more}
    found, _ = asked(outcome, **given)
    return found


def of_variant(found: pd.DataFrame, variant: str, horizon: float = 1.5) -> pd.Series:
    chosen = (found["variant"] == variant) & (found["horizon_months"] == horizon)
    return found[chosen].iloc[0]


@pytest.mark.parametrize("variant", ["promotion by code", "promotion by grade or code"])
def test_a_definition_is_estimated_on_the_same_sets_and_weights(variant):
    """Comparators weigh 1/2, 1/2 and 1. By 45.7 days m and c2 are promoted: 1/2 less 1/4."""
    row = of_variant(found_rows(), variant)
    assert row["estimate"] == pytest.approx(25)
    assert row[["n_mentored", "n_comparison", "n_events"]].tolist() == [2, 3, 2]
    assert row["method"] == "cumulative_incidence" and row["quantity"] == "risk_difference"
    assert not row["is_headline"] and not row["is_primary"]


def test_with_mass_changes_those_promoted_in_one_count_too():
    """n on 1 April: all of the mentored, half of them by 35 days (1.15 months)."""
    analysis = Analysis(horizons_months=(1.15,), main_horizon_months=1.15, minimum_at_risk=1)
    early = EVENTS.assign(
        occurred_on=EVENTS["occurred_on"].mask(EVENTS["person_id"] == "c2", "2020-03-20")
    )
    found = found_rows(analysis=analysis, events=early)
    row = of_variant(found, "with mass changes", 1.15)
    assert row["estimate"] == pytest.approx(100 * (1 / 2 - 1 / 4))
    assert row[["n_events_mentored", "n_events_comparison"]].tolist() == [1, 1]
    assert of_variant(found, "main", 1.15)["n_events_mentored"] == 0


def test_the_first_promotion_of_the_definition_is_the_event():
    """m by code on day 31, by grade on day 41: only one of them by day 35 (1.15 months)."""
    analysis = Analysis(horizons_months=(1.15,), main_horizon_months=1.15, minimum_at_risk=1)
    later = EVENTS.assign(
        occurred_on=EVENTS["occurred_on"].mask(EVENTS["person_id"] == "c2", "2020-03-20")
    )
    found = found_rows(analysis=analysis, events=later)
    counts = ["n_events_mentored", "n_events_comparison"]
    assert of_variant(found, "main", 1.15)[counts].tolist() == [0, 1]
    assert of_variant(found, "promotion by code", 1.15)[counts].tolist() == [1, 1]


def test_later_promotions_are_counted_per_100_people():
    """Half a promotion a mentored person, half of 1 + 1 in one of two sets: 50 less 50."""
    row = of_variant(found_rows(), "later promotions counted")
    assert (row["method"], row["quantity"]) == ("mean_count", "mean_count_difference")
    assert row["estimate"] == pytest.approx(100 * (1 / 2 - (1 / 2 + 1 / 2) / 2))
    # Influences: 1/2 x 1/2 twice; 3/2 x 1/4, -1/2 x 1/4 and -1/2 x 1/2.
    variance = 2 / 16 + 9 / 64 + 1 / 64 + 1 / 16
    assert row["std_error"] == pytest.approx(100 * np.sqrt(variance))
    assert row["unit"] == "per 100 people"
    # m and c2 with a first promotion, c2 once more with a later one.
    assert row[["n_events", "n_events_mentored", "n_events_comparison"]].tolist() == [3, 1, 2]
    assert row["error_type"].startswith("influence function, clustered by person")


def test_starts_without_full_follow_up_are_left_out_horizon_by_horizon():
    """Set 2 starts on 30 November, 31 days before the end: followed for 1 month, not for 6."""
    analysis = Analysis(horizons_months=(1, 6), main_horizon_months=6, minimum_at_risk=1)
    found = found_rows(matched_sets=SETS, analysis=analysis)
    people = ["n_mentored", "n_comparison"]
    assert of_variant(found, "full follow-up only", 1)[people].tolist() == [2, 3]
    late = of_variant(found, "full follow-up only", 6)
    assert late[people].tolist() == [1, 2]
    assert late["estimand"].endswith("of starts at least 6 months before the end of records")


def test_sensitivities_have_no_curve_and_are_blocked_with_the_reason_where_the_answer_is():
    found, curves = asked(
        DECLARED,
        matched_sets=SAME_DAY_SETS,
        events=EVENTS,
        groups=CENSOR,
        no_censoring_weights="who starts cannot be modelled",
    )
    own = found[found["variant"].isin(VARIANTS.values())]
    assert len(own) == 2 * len(ALL)
    assert set(own["reason"]) == {"who starts cannot be modelled"}
    assert curves.empty


def test_nobody_matched_blocks_every_sensitivity():
    found = found_rows(matched_sets=SETS.iloc[:0], censoring_weights=weights().iloc[:0])
    own = found[found["variant"].isin(VARIANTS.values())]
    assert (own["status"] == "blocked").all() and len(own) == 2 * len(ALL)


def test_without_event_codes_nothing_is_counted_by_them():
    by_grade = EVENTS.assign(found_by=EVENTS["found_by"].replace({"both": "grade_only"}))
    by_grade = by_grade[by_grade["found_by"] != "code_only"]
    found = found_rows(events=by_grade)
    for variant in ("promotion by code", "promotion by grade or code"):
        assert of_variant(found, variant)["reason"] == NO_CODES
    assert of_variant(found, "main")["status"] == "estimated"
    assert why_uncounted(by_grade, PROMOTION) is None
    answer = found_rows(replace(PROMOTION, definition="code"), events=by_grade)
    assert set(answer.loc[answer["method"] != "cox_time_varying", "reason"]) == {NO_CODES}


def test_time_in_the_grade_answers_for_promotions_by_grade_alone():
    for changes in ({"definition": "either"}, {"mass_changes": True}):
        found = found_rows(replace(PROMOTION, **changes))
        whole = found[found["method"] == "cox_time_varying"]
        assert set(whole["reason"]) == {ONLY_BY_GRADE}
    row = of_variant(found_rows(replace(PROMOTION, definition="either")), "main")
    assert row["status"] == "estimated"


def test_of_leaving_early_starts_are_a_sensitivity():
    leaving = {
        "matched_sets": SAME_DAY_SETS.assign(eligibility="employed"),
        "censoring_weights": weights(SETS.assign(eligibility="employed")),
    }
    found = found_rows(replace(EXIT, sensitivities=("full_follow_up",)), **leaving)
    sensitive = found[found["variant"] == "full follow-up only"]
    assert sensitive["horizon_months"].tolist() == [1.5, 6]


def test_one_thing_differs_at_a_time():
    others = defined_otherwise(replace(PROMOTION, mass_changes=True, sensitivities=("by_code",)))
    assert others["promotion by code"].mass_changes
    assert others["promotion by code"].definition == "code"
