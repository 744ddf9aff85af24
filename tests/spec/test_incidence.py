"""Kaplan-Meier and Aalen-Johansen on six people, as fractions."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import cumulative_incidence, mean_time

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
    assert result.curve["n_at_risk"].tolist() == [5, 3, 5, 3]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"cause": 1.0}, "the column cause holds float64"),
        ({"cause": "event-free"}, "a cause is called event-free"),
        ({"exit": [2, 2, 3, np.nan, 5, 6]}, "1 of 6 rows have no finite exit"),
        ({"entry": [3, 0, 0, 0, 2, 1]}, "1 of 6 rows end before they begin"),
        ({"entry": [0, 0, 4, 4, 4, 4], "exit": [2, 2, 5, 5, 5, 6]}, "before 4 rows enter"),
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
