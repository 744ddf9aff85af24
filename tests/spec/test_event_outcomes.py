"""Event outcomes of two matched sets in 2020, by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.calendar import DAYS_PER_MONTH
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import event_rows
from mentor_outcomes.estimates.event_answers.follow_up import set_records
from mentor_outcomes.estimates.event_answers.naive_events import naive_records
from mentor_outcomes.estimates.event_answers.spell_hazards import spell_records
from mentor_outcomes.study import Analysis, Groups, Outcome, StudySection
from tests.panel_records import records, rows

SECTION = StudySection(
    title="a year on paper",
    observed_from=date(2020, 1, 1),
    observed_to=date(2020, 12, 31),
    mentoring_recorded_from=date(2019, 1, 1),
    enrolment="voluntary",
)
PROMOTION = Outcome(
    kind="event",
    better="higher",
    smallest_worthwhile=2,
    event="promotion",
    competing=("exit",),
    primary=True,
)
EXIT = Outcome(
    kind="event",
    better="lower",
    smallest_worthwhile=2,
    event="voluntary_exit",
    competing=("other_exit",),
)
CENSOR = Groups(comparators_mentored_later="censor")
AS_ASSIGNED = Groups(comparators_mentored_later="as_assigned")

# Set 1 starts on 10 March, set 2 on the last day of November.
SETS = records(
    schema.MATCHED_SETS,
    """
    role     contrast  eligibility      set_id  person_id  time_zero   is_mentored  weight
    protege  any       below_top_grade  1       m          2020-03-10  yes          1
    protege  any       below_top_grade  1       c1         2020-03-10  .            0.5
    protege  any       below_top_grade  1       c2         2020-03-10  .            0.5
    protege  any       below_top_grade  2       n          2020-11-30  yes          1
    protege  any       below_top_grade  2       c3         2020-11-30  .            1
    """,
)
EVENTS = records(
    schema.PERSON_EVENTS,
    """
    person_id  occurred_on  event           found_by
    m          2020-03-10   promotion       grade_only
    m          2020-04-20   promotion       both
    c1         2020-05-01   voluntary_exit  .
    c1         2020-07-01   promotion       both
    c2         2020-04-15   promotion       both
    """,
)
STARTS = records(
    schema.FIRST_MENTORSHIPS,
    """
    role     person_id  started_on  kind      mentor_id  is_prevalent
    protege  m          2020-03-10  formal    k1         .
    protege  n          2020-11-30  formal    k2         .
    protege  c2         2020-04-15  informal  k1         .
    protege  c3         2020-12-10  formal    k2         .
    protege  a          2020-03-10  formal    k1         .
    """,
)


def weights(sets: pd.DataFrame = SETS) -> pd.DataFrame:
    """1 for the mentored, 1 + a tenth of the period for comparators; all of 2020."""
    everything = sets.merge(pd.DataFrame({"period": np.arange(12)}), how="cross")
    of_comparators = 1 + everything["period"] / 10
    unmentored = of_comparators.where(~everything["is_mentored"], 1.0)
    columns = list(schema.CENSORING_WEIGHTS.column_names())
    return everything.assign(
        unmentored_weight=unmentored, unmentored_weight_at_end=unmentored, stayed_weight=1.0
    )[columns]


def followed(groups=CENSOR, *, longest_months=36.0, **more) -> pd.DataFrame:
    tables = {"events": EVENTS, "first_mentorships": STARTS, "censoring_weights": weights()}
    return set_records(
        SETS,
        PROMOTION,
        section=SECTION,
        groups=groups,
        longest_months=longest_months,
        **{**tables, **more},
    )


def of(frame: pd.DataFrame, person: str) -> list[tuple]:
    return rows(frame[frame["person_id"] == person], "entry", "exit", "cause", "weight")


def test_a_promotion_on_time_zero_does_not_count_and_the_next_one_does():
    """10 March to 20 April are 41 days; 21 of them are in March."""
    assert of(followed(), "m") == [(0, 21, "", 1), (21, 41, "event", 1)]


def test_an_exit_ends_follow_up_though_the_person_comes_back():
    """Left on 1 May, 52 days on; weights 1.2, 1.3, 1.4 of March, April and May, halved."""
    assert of(followed(), "c1") == [
        (0, 21, "", pytest.approx(0.60)),
        (21, 51, "", pytest.approx(0.65)),
        (51, 52, "competing", pytest.approx(0.70)),
    ]


def test_an_event_counts_before_a_mentorship_that_starts_the_same_day():
    assert of(followed(), "c2")[-1][:3] == (21, 36, "event")


def test_a_comparator_is_censored_on_the_day_its_own_mentorship_starts():
    """30 November is the last day of its month, so all follow-up lies in December."""
    assert of(followed(), "c3") == [(0, 10, "", pytest.approx(2.1))]
    assert of(followed(), "n") == [(0, 31, "", 1)]


def test_comparators_as_assigned_are_followed_on_with_their_set_weights():
    assert of(followed(AS_ASSIGNED), "c3") == [(0, 31, "", 1)]


def test_events_after_the_longest_horizon_do_not_count():
    """One average month is 30.4 days; c2's promotion comes on day 36."""
    assert of(followed(longest_months=1.0), "c2")[-1][:3] == (21, DAYS_PER_MONTH, "")


def test_a_missing_weight_and_a_comparator_already_mentored_are_refused():
    some = weights().query("not (person_id == 'c1' and period == 3)")
    with pytest.raises(EstimationError, match="1 of 9 person-periods of matched sets"):
        followed(censoring_weights=some)
    early = STARTS.assign(started_on=pd.Timestamp("2020-03-10"))
    with pytest.raises(EstimationError, match="2 comparators of matched sets have been mentored"):
        followed(first_mentorships=early)


# ------------------------------------------------------------------------------- whole panel

SPELLS = records(
    schema.SPELLS_AT_RISK,
    """
    person_id  from_on     until_on    hired_on    in_grade_since  grade  is_mentored  end_event
    a          2020-01-01  2020-03-10  2019-12-22  2019-12-22      1      .            none
    a          2020-03-10  2020-04-20  2019-12-22  2019-12-22      1      yes          promotion
    a          2020-04-20  2021-01-01  2019-12-22  2020-04-20      2      yes          none
    b          2020-01-01  2020-05-01  2020-01-01  2020-01-01      1      .            left
    p          2020-01-01  2021-01-01  2018-01-01  2018-01-01      1      yes          none
    q          2020-06-01  2021-01-01  2020-06-01  .               .      .            none
    z          2020-01-01  2021-01-01  2010-01-01  2010-01-01      3      .            none
    """,
).assign(
    is_prevalent=lambda spells: spells["person_id"] == "p",
    end_event=lambda spells: spells["end_event"].replace("left", "voluntary_exit"),
)


def stretches(spells=SPELLS, outcome=PROMOTION, **more) -> pd.DataFrame:
    asked = {"first_mentorships": STARTS, "role": "protege", "contrast": "any"}
    return spell_records(spells, outcome, section=SECTION, **{**asked, **more})


def test_time_in_grade_enters_late_and_starts_again_after_a_promotion():
    """a entered the grade 10 days before observation; z is at the top, p mentored before, q has
    no grade. Still there on 31 December, a has been at risk for 255 days since 20 April."""
    found = stretches()
    assert rows(found, "person_id", "entry", "exit", "event", "is_mentored") == [
        ("a", 10, 79, False, False),
        ("a", 79, 120, True, True),
        ("a", 0, 255, False, True),
        ("b", 0, 121, False, False),
    ]


def test_tenure_counts_everyone_not_yet_mentored_when_recording_began():
    found = stretches(outcome=EXIT)
    assert rows(found.query("person_id == 'b'"), "entry", "exit", "event") == [(0, 121, True)]
    assert set(found["person_id"]) == {"a", "b", "q", "z"}


def test_columns_to_adjust_for_become_numbers_and_indicators():
    coded = stretches(
        SPELLS.assign(site=["x", "x", "y", "y", "x", "x", "x"]), EXIT, adjust_for=["grade", "site"]
    )
    assert list(coded.columns[6:]) == ["grade", "site=y", "grade_missing"]
    assert coded.query("person_id == 'q'")[["grade", "grade_missing"]].to_numpy().tolist() == [
        [(1 + 1 + 2 + 1 + 3) / 5, True]
    ]


def test_the_naive_clock_starts_at_hire_or_observed_from_and_sorts_by_the_future():
    starts = records(
        schema.FIRST_MENTORSHIPS,
        """
        role     person_id  started_on  is_prevalent
        protege  a          2020-03-10  .
        """,
    )
    events = records(
        schema.PERSON_EVENTS,
        """
        person_id  occurred_on  event           found_by
        a          2020-04-20   promotion       both
        b          2020-05-01   voluntary_exit  .
        """,
    )
    found = naive_records(
        SPELLS, events, starts, PROMOTION, role="protege", contrast="any", section=SECTION
    )
    assert rows(found, "person_id", "arm", "exit", "cause") == [
        ("a", "mentored", 110, "event"),
        ("b", "comparison", 121, "competing"),
    ]


# -------------------------------------------------------------------------------------- rows


def asked(outcome=PROMOTION, **more) -> tuple[pd.DataFrame, pd.DataFrame]:
    given = {
        "matched_sets": SETS,
        "events": EVENTS,
        "spells": SPELLS,
        "first_mentorships": STARTS,
        "censoring_weights": weights(),
        "section": SECTION,
        "analysis": Analysis(horizons_months=(1.5, 6), main_horizon_months=1.5, minimum_at_risk=1),
        "groups": AS_ASSIGNED,
        "role": "protege",
        "contrast": "any",
    }
    found, curves = event_rows("promotion", outcome, **{**given, **more})
    return schema.ESTIMATES.check(found), schema.CURVES.check(curves)


def row(found: pd.DataFrame, quantity: str, horizon: float, method="cumulative_incidence"):
    chosen = (found["quantity"] == quantity) & (found["method"] == method)
    return found[chosen & (found["horizon_months"] == horizon)].iloc[0]


# The same sets, with follow-up long enough for 1.5 months (45.7 days) in both arms.
LONGER = {"matched_sets": SETS.assign(time_zero=pd.Timestamp("2020-03-10"))}


def test_risks_are_per_100_people_and_mean_times_in_months():
    """Half of the mentored (m on day 41) and half of one of two sets (c2, day 36) by then."""
    found, _ = asked(**LONGER)
    assert row(found, "risk_mentored", 1.5)["estimate"] == pytest.approx(100 / 2)
    assert row(found, "risk_comparison", 1.5)["estimate"] == pytest.approx(100 / 4)
    difference = row(found, "risk_difference", 1.5)
    assert difference["estimate"] == pytest.approx(25)
    # Influences: 1/2 x 1/2 twice; 3/4 x 1/4, -1/4 x 1/4 and -1/4 x 1/2.
    variance = 2 / 16 + (9 + 1 + 4) / 256
    assert difference["std_error"] == pytest.approx(100 * np.sqrt(variance))
    assert (difference["n_mentored"], difference["n_comparison"]) == (2, 3)
    assert difference["n_events"] == 2
    assert difference["is_headline"] and difference["is_primary"]
    gain = row(found, "mean_time_difference", 1.5, "mean_time")
    days = 1.5 * DAYS_PER_MONTH
    expected = ((days - 41) / 2 - (days - 36) / 4) / DAYS_PER_MONTH
    assert gain["estimate"] == pytest.approx(expected)
    assert gain["is_headline"] and not gain["is_primary"]
    assert difference["error_type"] == (
        "influence function, clustered by person, no small-sample correction; "
        "weights taken as known"
    )


def test_events_are_counted_in_each_arm_and_in_both():
    """m and c2 by 1.5 months; on the whole panel a alone, while mentored."""
    found, _ = asked(**LONGER)
    counts = ["n_events", "n_events_mentored", "n_events_comparison"]
    for quantity, method in (
        ("risk_difference", "cumulative_incidence"),
        ("mean_time_difference", "mean_time"),
    ):
        assert row(found, quantity, 1.5, method)[counts].tolist() == [2, 1, 1]
    whole = schema.main_rows(found).query("quantity == 'log_hazard_ratio'").set_index("method")
    assert whole.loc["cox", counts].tolist() == [2, 1, 1]
    assert whole.loc["cox_time_varying", counts].tolist() == [1, 1, 0]


def test_people_the_models_cannot_use_are_counted():
    """Of a, b, p, q and z, p was mentored before, q has no grade, z is at the top; nobody who is
    matched is left out. Of leaving, only p is."""
    found, _ = asked(**LONGER)
    left_out = found.groupby("method")["n_left_out"].unique()
    assert left_out["cumulative_incidence"].tolist() == [0]
    assert left_out["cox"].tolist() == [0]
    assert left_out["cox_time_varying"].tolist() == [3]
    assert left_out["naive"].tolist() == [3]
    leaving, _ = asked(
        outcome=EXIT,
        matched_sets=SETS.assign(eligibility="employed"),
        censoring_weights=weights(SETS.assign(eligibility="employed")),
    )
    assert leaving.query("method == 'cox_time_varying'")["n_left_out"].unique().tolist() == [1]


def test_a_horizon_with_too_few_still_followed_is_blocked_without_telling_how_few():
    analysis = Analysis(horizons_months=(1.5,), main_horizon_months=1.5, minimum_at_risk=2)
    found, _ = asked(analysis=analysis, **LONGER)
    blocked = row(found, "risk_difference", 1.5)
    assert blocked["status"] == "blocked"
    assert blocked["reason"] == (
        "fewer than 2 people of the mentored arm are still followed at 1.5 months"
    )
    assert np.isnan(blocked["estimate"])


def test_every_row_stands_though_nobody_was_matched():
    found, curves = asked(matched_sets=SETS.iloc[:0], censoring_weights=weights().iloc[:0])
    assert curves.empty
    # A horizon has four rows, one by person and mentor, and the naive; Cox has its ratio, the test
    # of it and two parts, on the sets one by person and mentor besides.
    assert len(found) == 2 * (4 + 1 + 1) + (4 + 1) + 4
    matched = found[found["method"].isin(["cumulative_incidence", "mean_time", "cox"])]
    assert set(matched["reason"]) == {
        "nobody could be compared: there are no people in one arm, or in both"
    }


def test_events_in_one_arm_only_give_no_hazard_ratio_and_no_error():
    found, curves = asked(events=EVENTS[EVENTS["person_id"] == "m"], **LONGER)
    assert row(found, "risk_difference", 1.5)["reason"].startswith("the event (promotion) has not")
    cox = found[found["method"] == "cox"].iloc[0]
    assert cox["reason"] == "all events are in one arm: there is no finite hazard ratio"
    assert curves.query("arm == 'comparison'")["std_error"].iloc[1:].isna().all()


def test_no_event_at_all_blocks_everything():
    found, curves = asked(events=EVENTS.iloc[:0], **LONGER)
    assert curves.empty
    assert row(found, "risk_mentored", 6)["reason"] == (
        "nobody who was followed had the event (promotion)"
    )


BLOCKED_ALL = {
    "events": EVENTS.iloc[:0],
    "spells": SPELLS.assign(end_event="none"),
}


def test_zero_events_block_every_row_with_a_plain_reason():
    """Everybody is censored: in both arms, in the naive one, and on everyone's stretches."""
    found, _ = asked(**LONGER, **BLOCKED_ALL)
    assert set(found["status"]) == {"blocked"}
    assert set(found["reason"]) == {"nobody who was followed had the event (promotion)"}
    assert found[["estimate", "std_error", "ci_low", "p_value"]].isna().all(axis=None)


def test_all_events_in_one_arm_block_every_hazard_ratio_and_its_test():
    found, _ = asked(**LONGER | {"events": EVENTS[EVENTS["person_id"] == "m"]})
    of_cox = found[found["method"].isin(["cox", "cox_time_varying"])]
    within = of_cox[of_cox["variant"] != "after 12 months"]
    assert set(within["reason"]) == {"all events are in one arm: there is no finite hazard ratio"}
    assert len(within) == 4 + 3
    beyond = of_cox[of_cox["variant"] == "after 12 months"]
    assert set(beyond["status"]) == {"blocked"}


def test_no_comparator_blocks_what_rests_on_the_sets():
    alone = LONGER["matched_sets"].query("is_mentored")
    found, _ = asked(matched_sets=alone, censoring_weights=weights(alone))
    matched = found[found["method"].isin(["cumulative_incidence", "mean_time", "cox"])]
    assert set(matched["reason"]) == {
        "nobody could be compared: there are no people in one arm, or in both"
    }
    assert set(matched["n_comparison"]) == {0}


ONE = records(
    schema.SPELLS_AT_RISK,
    """
    person_id  from_on     until_on    hired_on    in_grade_since  grade  is_mentored  end_event
    a          2020-01-01  2020-02-10  2019-12-22  2019-12-22      1      .            promotion
    a          2020-02-10  2020-03-10  2019-12-22  2020-02-10      2      .            none
    a          2020-03-10  2020-04-20  2019-12-22  2020-02-10      2      yes          promotion
    a          2020-04-20  2021-01-01  2019-12-22  2020-04-20      3      yes          none
    """,
)


def test_one_person_who_is_on_both_sides_has_no_error():
    """a is promoted without a mentor and with one; clustered by person, nothing varies."""
    found, _ = asked(spells=ONE)
    of_everyone = found[found["method"] == "cox_time_varying"]
    main = of_everyone[of_everyone["variant"] == "main"]
    assert set(main["reason"]) == {"there is one person only: no error can be estimated"}
    naive = found[found["method"] == "naive"]
    assert set(naive["reason"]) == {
        "nobody could be compared: there are no people in one arm, or in both"
    }


def everyone_at(site: str) -> pd.DataFrame:
    """Six people, half of them mentored from the outset, promoted on days of their own."""
    days = [("a", 40, 1), ("b", 50, 0), ("d", 60, 1), ("e", 70, 0), ("g", 80, 0), ("h", 90, 1)]
    return pd.DataFrame(
        {
            "person_id": [who for who, _, _ in days],
            "spell": 1,
            "from_on": pd.Timestamp("2020-01-01"),
            "until_on": [pd.Timestamp("2020-01-01") + pd.Timedelta(days=day) for _, day, _ in days],
            "hired_on": pd.Timestamp("2020-01-01"),
            "in_grade_since": pd.Timestamp("2020-01-01"),
            "grade": [1.0, 1.0, 1.0, 2.0, 1.0, 1.0],
            "site": pd.Series([site] * len(days), dtype="str"),
            "is_on_leave": False,
            "is_mentored": [flag == 1 for _, _, flag in days],
            "is_prevalent": False,
            "end_event": ["promotion"] * 3 + ["none"] + ["promotion"] * 2,
        }
    )


def test_one_stratum_of_a_text_changes_nothing_and_a_number_that_does_not_vary_is_named():
    """One site is no column at all; of a flag that nobody has, nothing can be learned."""
    spells = everyone_at("x")
    starts = pd.concat(
        [STARTS, STARTS[:3].assign(person_id=["a", "d", "h"], started_on=spells["from_on"][:3])]
    ).drop_duplicates("person_id", keep="last")

    def time_varying(*adjust_for: str) -> pd.Series:
        analysis = Analysis(horizons_months=(6,), main_horizon_months=6, adjust_for=adjust_for)
        found, _ = asked(spells=spells, first_mentorships=starts, analysis=analysis)
        found = schema.main_rows(found).query("quantity == 'log_hazard_ratio'")
        return found.set_index("method").loc["cox_time_varying"]

    alone = time_varying()
    assert alone["status"] == "estimated"
    assert time_varying("site")["estimate"] == alone["estimate"]
    assert time_varying("is_on_leave")["reason"] == (
        "is_on_leave has one value in all rows at risk at an event"
    )


def test_curves_have_whole_months_for_both_arms_and_their_difference():
    _, curves = asked(**LONGER)
    assert curves["arm"].value_counts().to_dict() == {
        "mentored": 7,
        "comparison": 7,
        "difference": 7,
    }
    mentored = curves[curves["arm"] == "mentored"].set_index("months")
    assert mentored.index.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert mentored["estimate"].tolist() == pytest.approx([0, 0, 50, 50, 50, 50, 50])
    assert mentored["n_at_risk"].tolist() == [2, 2, 1, 1, 1, 1, 1]
    assert mentored["n_events"].tolist() == [0, 0, 1, 1, 1, 1, 1]


def test_an_unknown_adjustment_blocks_what_rests_on_everyone():
    adjusted, _ = asked(
        analysis=Analysis(
            horizons_months=(6,), main_horizon_months=6, adjust_for=("married",), minimum_at_risk=1
        )
    )
    reasons = adjusted.loc[adjusted["method"] == "cox_time_varying", "reason"]
    assert set(reasons) == {
        "neither the spells nor the person-months have a column married to adjust for"
    }


def test_members_of_a_trial_are_followed_each_from_their_own_time_zero():
    """In one set: m from 10 March, n from 30 March, both weighing less than 1; c1 from 30 March."""
    trial = records(
        schema.MATCHED_SETS,
        """
        role     contrast  eligibility      set_id  person_id  time_zero   is_mentored  weight
        protege  any       below_top_grade  1       m          2020-03-10  yes          0.9
        protege  any       below_top_grade  1       n          2020-03-30  yes          0.7
        protege  any       below_top_grade  1       c1         2020-03-30  .            1.6
        """,
    )
    found = set_records(
        trial,
        PROMOTION,
        section=SECTION,
        groups=CENSOR,
        longest_months=36.0,
        events=EVENTS,
        first_mentorships=STARTS,
        censoring_weights=weights(trial),
    )
    ends = found.groupby("person_id").last()
    # m is promoted on 20 April, c1 leaves on 1 May; n is followed to the end of 2020.
    assert ends["exit"].to_dict() == {"m": 41.0, "n": 276.0, "c1": 32.0}
    assert ends["cause"].to_dict() == {"m": "event", "n": "", "c1": "competing"}
    assert ends["weight"].to_dict() == pytest.approx({"m": 0.9, "n": 0.7, "c1": 1.6 * 1.4})
    first = found.groupby("person_id").first()
    assert (first["entry"] == 0).all()
    assert first.loc["c1", "exit"] == 1.0
