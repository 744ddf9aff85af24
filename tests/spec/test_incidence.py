"""Kaplan-Meier and Aalen-Johansen on six people, as fractions."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import cumulative_incidence, mean_time
from mentor_outcomes.estimates.survival import incidence

EXACT = 1e-12  # fractions of small numbers

# p, q, r, s and u are at risk at 2 (t enters only then); s, t and u at 5.
SIX = """
    person  entry  exit     cause  weight
         p      0     2  promoted       2
         q      0     2      left       1
         r      0     3         .       1
         s      0     5  promoted       1
         t      2     5      left       1
         u      1     6  censored       1
"""
COLUMNS = {"entry": "entry", "exit": "exit", "cause": "cause"}


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), sep=r"\s+", na_values=".")


def by_state(result) -> pd.DataFrame:
    return result.tidy().pivot(index="time", columns="state", values="estimate")


def test_each_cause_takes_its_share_of_those_still_event_free():
    found = by_state(cumulative_incidence(table(SIX), at=[1.9, 2, 5, 6], **COLUMNS))
    assert found["promoted"].tolist() == pytest.approx([0, 1 / 5, 1 / 5 + 3 / 5 / 3, 2 / 5])
    assert found["left"].tolist() == pytest.approx([0, 1 / 5, 1 / 5 + 3 / 5 / 3, 2 / 5])
    assert found["event-free"].tolist() == pytest.approx([1, 3 / 5, 1 / 5, 1 / 5])


def test_one_cause_alone_is_one_minus_kaplan_meier():
    """Two of five at 2, one of three at 5 (whoever left is censored then)."""
    records = table(SIX).replace({"cause": {"left": ""}})
    found = by_state(cumulative_incidence(records, at=[5], **COLUMNS))
    assert found["promoted"].item() == pytest.approx(1 - 4 / 5 * 2 / 3, abs=EXACT)


def test_a_weight_of_two_counts_as_two_people():
    found = by_state(cumulative_incidence(table(SIX), weights="weight", at=[2, 5], **COLUMNS))
    assert found["promoted"].tolist() == pytest.approx([2 / 6, 2 / 6 + 3 / 6 / 3], abs=EXACT)
    assert found["left"].tolist() == pytest.approx([1 / 6, 1 / 6 + 3 / 6 / 3], abs=EXACT)


def test_weights_may_change_within_a_person_on_rows_cut_in_time():
    """u weighs 3 after time 4, so 5 are at risk at 5, each event 1/5 of what is left."""
    cut = table("""
        person  entry  exit     cause  weight
             u      1     4         .       1
             u      4     6         .       3
    """)
    records = pd.concat([table(SIX).query("person != 'u'").assign(weight=1), cut])
    found = by_state(
        cumulative_incidence(records, weights="weight", cluster="person", at=[5], **COLUMNS)
    )
    assert found["promoted"].item() == pytest.approx(1 / 5 + 3 / 5 / 5, abs=EXACT)


def test_mean_times_are_areas_and_add_up_to_the_window():
    """Promoted: 1/5 from 2 to 5 and 2/5 from 5 to 6."""
    found = by_state(mean_time(table(SIX), at=[4, 6], **COLUMNS))
    assert found["promoted"].tolist() == pytest.approx([2 * 1 / 5, 3 * 1 / 5 + 2 / 5], abs=EXACT)
    assert found.sum(axis=1).tolist() == pytest.approx([4, 6], abs=EXACT)


def test_without_censoring_the_error_is_that_of_a_proportion():
    """One of four: the root of 1/4 x 3/4 / 4; the same people in pairs that differ: 0 within."""
    records = table("""
        person  exit     cause  pair
             p     1  promoted     1
             q     9         .     1
             r     9         .     2
             s     9         .     2
    """)
    columns = {"entry": None, "exit": "exit", "cause": "cause", "at": [5]}
    alone = cumulative_incidence(records, **columns).tidy().query("state == 'promoted'")
    assert alone["std_error"].item() == pytest.approx(np.sqrt(3 / 16 / 4), abs=EXACT)
    # Influences (1 - 1/4)/4, three times -1/16; by pair 2/16 and -2/16.
    pairs = cumulative_incidence(records, cluster="pair", **columns).tidy()
    error = pairs.query("state == 'promoted'")["std_error"].item()
    assert error == pytest.approx(np.sqrt(2) / 8, abs=EXACT)
    assert pairs["error_type"].iloc[0] == (
        "influence function, clustered by pair, no small-sample correction"
    )


def test_a_difference_whose_two_way_variance_is_negative_has_no_error():
    """1 + 0.5 - 2 x 0.9 < 0, though either arm has an error; by rounding alone it is 0."""
    both = pd.concat([table(SIX).assign(arm="mentored"), table(SIX).assign(arm="comparison")])
    result = cumulative_incidence(both, by="arm", at=[2], **COLUMNS)
    for covariance, is_known in [([[1, 0.9], [0.9, 0.5]], False), ([[1, 1 + 1e-15], [1, 1]], True)]:
        negative = replace(result, covariance=np.broadcast_to(covariance, (3, 1, 2, 2)))
        assert negative.tidy()["std_error"].notna().all()
        error = negative.difference("mentored", "comparison")["std_error"]
        assert error.notna().all() == is_known
        assert error.isna().all() != is_known


def test_somebody_in_both_groups_counts_once_in_the_difference():
    """The same four people twice: the risks are alike in every draw, and differ by exactly 0."""
    four = table("""
        person  exit     cause
             p     1  promoted
             q     2  promoted
             r     9         .
             s     9         .
    """)
    both = pd.concat([four.assign(arm="mentored"), four.assign(arm="comparison")])
    columns = {"entry": None, "exit": "exit", "cause": "cause", "by": "arm", "at": [5]}
    shared = cumulative_incidence(both, cluster="person", **columns)
    row = shared.difference("mentored", "comparison").query("state == 'promoted'")
    assert row[["estimate", "std_error"]].to_numpy() == pytest.approx(0, abs=EXACT)
    apart = cumulative_incidence(both, **columns).difference("mentored", "comparison")
    error = apart.query("state == 'promoted'")["std_error"].item()
    assert error == pytest.approx(np.sqrt(2 * 1 / 4 / 4), abs=EXACT)


def test_an_event_on_the_day_of_entry_counts_half_a_day_later():
    records = table("""
        person  exit     cause
             p     0  promoted
             q     9         .
    """)
    columns = {"entry": None, "exit": "exit", "cause": "cause"}
    found = by_state(cumulative_incidence(records, at=[0, 0.5], **columns))
    assert found["promoted"].tolist() == [0, 1 / 2]
    assert by_state(mean_time(records, at=[2], **columns))["promoted"].item() == 1.5 / 2


def test_nothing_is_said_beyond_follow_up_unless_everybody_had_an_event():
    found = by_state(cumulative_incidence(table(SIX), at=[6, 7], **COLUMNS))
    assert found["promoted"].isna().tolist() == [False, True]
    all_gone = table(SIX).query("person in ['p', 'q']")
    assert by_state(cumulative_incidence(all_gone, at=[7], **COLUMNS))["left"].item() == 1 / 2


def test_counts_are_of_clusters_at_risk_just_before_and_with_the_event_so_far():
    found = cumulative_incidence(table(SIX), cluster="person", at=[0, 2, 5], **COLUMNS)
    promoted = found.tidy().query("state == 'promoted'")
    assert promoted["n_at_risk"].tolist() == [4, 5, 3]  # at 0, those who start then
    assert promoted["n_events"].tolist() == [0, 1, 2]


def test_no_error_is_given_as_long_as_nobody_has_had_the_event():
    found = cumulative_incidence(table(SIX), at=[0, 1, 2], **COLUMNS).tidy()
    errors = found.query("state == 'left'")["std_error"].tolist()
    assert errors[0] == 0  # nothing can have happened yet
    assert np.isnan(errors[1])
    assert errors[2] > 0


def test_every_event_time_is_taken_when_none_is_stated():
    result = cumulative_incidence(table(SIX), **COLUMNS)
    assert result.times.tolist() == [2, 5]
    assert result.curve["n_at_risk"].tolist() == [5, 3] * 3
    free = result.curve.query("cause == 'event-free'")["estimate"].tolist()
    assert free == pytest.approx([3 / 5, 1 / 5], abs=EXACT)


def test_log_log_intervals_are_normal_on_their_own_scale_and_missing_at_0_and_1():
    """One of five promoted at 2: error the root of 4/125, as of a share without censoring."""
    found = cumulative_incidence(table(SIX), at=[0, 2], **COLUMNS).tidy(0.9, interval="log-log")
    at_0, at_2 = found.query("state == 'promoted'").to_dict("records")
    assert at_2["std_error"] == pytest.approx(np.sqrt(1 / 5 * 4 / 5 / 5), abs=EXACT)
    half = 1.6448536269514722 * at_2["std_error"] / (1 / 5 * np.log(5))
    assert np.log(-np.log(at_2["ci_low"])) == pytest.approx(np.log(np.log(5)) + half, abs=1e-9)
    assert np.log(-np.log(at_2["ci_high"])) == pytest.approx(np.log(np.log(5)) - half, abs=1e-9)
    assert 0 < at_2["ci_low"] < at_2["estimate"] < at_2["ci_high"] < 1
    assert np.isnan(at_0["ci_low"]) and np.isnan(at_0["ci_high"])
    all_gone = table(SIX).query("person in ['p', 'q']")
    end = cumulative_incidence(all_gone, at=[3], **COLUMNS).tidy(interval="log-log")
    assert end.query("state == 'event-free'")["estimate"].item() == 0
    assert end.query("state == 'event-free'")["ci_high"].isna().item()


def test_an_interval_that_does_not_exist_is_refused():
    result = cumulative_incidence(table(SIX), at=[2], **COLUMNS)
    with pytest.raises(EstimationError, match="intervals of the kind log were asked for"):
        result.tidy(interval="log")
    with pytest.raises(EstimationError, match="a log-log interval of a mean time"):
        mean_time(table(SIX), at=[2], **COLUMNS).tidy(interval="log-log")


def test_errors_by_person_and_mentor_add_and_take_away_what_is_counted_twice():
    """Influences of an event (1 - 1/4)/4 = 3/16, of none -1/16; p has two rows, m two mentees."""
    records = table("""
        person  mentor  exit     cause
             p       m     1  promoted
             p       n     9         .
             q       m     9         .
             r       o     9         .
    """)
    columns = {"entry": None, "exit": "exit", "cause": "cause", "at": [5]}
    result = cumulative_incidence(records, cluster=["person", "mentor"], **columns)
    by_person = (3 - 1) ** 2 + 1 + 1
    by_mentor = (3 - 1) ** 2 + 1 + 1
    by_both = 3**2 + 1 + 1 + 1
    row = result.tidy().query("state == 'promoted'").iloc[0]
    assert by_person + by_mentor - by_both == 0  # the two rows less than none: nothing is left
    assert row["std_error"] != row["std_error"]
    assert row["n_at_risk"] == 3  # people, the first way
    assert result.error_type.startswith(
        "influence function, clustered two ways by person and mentor"
    )
    more = pd.concat([records, records.assign(person=["s", "s", "t", "u"], mentor=list("vwxy"))])
    result = cumulative_incidence(more, cluster=["person", "mentor"], **columns)
    # In eighths of what they were before: half each, in the second four no mentor is shared.
    by_person, by_mentor, by_both = 6 + 6, 6 + 9 + 3, 12 + 12
    error = result.tidy().query("state == 'promoted'")["std_error"].item()
    assert error == pytest.approx(np.sqrt(by_person + by_mentor - by_both) / 32, abs=EXACT)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"cause": 1.0}, "the column cause holds float64"),
        ({"cause": "event-free"}, "a cause is called event-free"),
        ({"exit": [2, 2, 3, np.nan, 5, 6]}, "1 of 6 rows have no finite exit"),
        ({"entry": [3, 0, 0, 0, 2, 1]}, "1 of 6 rows end before they begin"),
        ({"entry": [0, 0, 4, 4, 4, 4], "exit": [2, 2, 5, 5, 5, 6]}, "before 4 rows enter"),
        ({"entry": [0, 0, 2, 2, 2, 2], "exit": [2, 2, 5, 5, 5, 6]}, "before 4 rows enter"),
        (
            {"entry": [0, 0, 0, 4, 4, 4], "exit": [2, 2, 3, 5, 5, 6]},
            "nobody is at risk between 3 and 4, when 3 rows are yet to enter",
        ),
        ({"weight": [1, 1, -1, 1, 1, 1]}, "1 of 6 rows have a weight of zero or less"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_words(change, found):
    with pytest.raises(EstimationError, match=found):
        cumulative_incidence(table(SIX).assign(**change), weights="weight", at=[5], **COLUMNS)


def test_a_group_that_does_not_exist_is_refused():
    result = cumulative_incidence(table(SIX), at=[5], **COLUMNS)
    with pytest.raises(EstimationError, match="no group mentored"):
        result.difference("mentored", "all")


def test_who_enters_as_the_last_ones_before_are_lost_closes_the_gap():
    """r is lost at 3, and the others enter then; a row of no length fills none and makes none."""
    records = table(SIX).assign(entry=[0, 0, 0, 3, 3, 3])
    found = by_state(cumulative_incidence(records, at=[2, 5], **COLUMNS))
    assert found["event-free"].tolist() == pytest.approx([1 / 3, 1 / 3 * 1 / 3], abs=EXACT)
    nothing = table(SIX)[5:].assign(entry=9, exit=9)
    with_it = by_state(cumulative_incidence(pd.concat([records, nothing]), at=[2, 5], **COLUMNS))
    pd.testing.assert_frame_equal(with_it, found)


def test_nothing_is_said_of_times_up_to_the_first_entry_if_that_is_after_the_start():
    """Later shares are of those event-free at 10."""
    late = table(SIX).assign(entry=lambda r: r["entry"] + 10, exit=lambda r: r["exit"] + 10)
    found = cumulative_incidence(late, at=[0, 3, 10, 11, 12], **COLUMNS).tidy()
    free = found.query("state == 'event-free'")
    assert free["estimate"].isna().tolist() == [True, True, True, False, False]
    assert free["estimate"].tolist()[3:] == pytest.approx([1, 3 / 5], abs=EXACT)
    assert free["std_error"].isna().tolist() == [True, True, True, True, False]
    means = by_state(mean_time(late, at=[10, 16], **COLUMNS))
    assert means["promoted"].isna().tolist() == [True, False]


def test_covariances_do_not_depend_on_how_many_times_are_in_memory_at_once(monkeypatch):
    whole = cumulative_incidence(table(SIX), at=[1, 2, 3, 5, 6], **COLUMNS).covariance
    monkeypatch.setattr(incidence, "_LARGEST_INFLUENCE", 24)  # of 6 people and 2 causes: two times
    parts = cumulative_incidence(table(SIX), at=[1, 2, 3, 5, 6], **COLUMNS).covariance
    assert (whole[:, -1] > 0).all()
    assert parts == pytest.approx(whole, abs=EXACT)


def test_with_two_kinds_of_cluster_counts_are_of_the_first():
    """p has two mentors and an event with each; q has three and an event later."""
    records = table("""
        person  mentor  entry  exit     cause
             p       m      0     4  promoted
             p       n      0     4  promoted
             q       m      0     9         .
             q       o      0     9         .
             q       s      0     9  promoted
    """)
    for cluster, n_at_risk, n_events in (
        (["person", "mentor"], 2, 1),
        (["mentor", "person"], 4, 2),
    ):
        found = cumulative_incidence(records, at=[4], cluster=cluster, **COLUMNS)
        assert found.n_at_risk.item() == n_at_risk
        assert found.n_events[0, :, 0].tolist() == [n_events, n_events]
