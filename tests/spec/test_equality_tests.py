"""Log-rank, Peto and Gray on a few people, as fractions."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import gray_test, log_rank

EXACT = 1e-12  # fractions of small numbers
COLUMNS = {"entry": "entry", "exit": "exit", "event": "left", "by": "arm"}


def people(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["arm", "entry", "exit", "left"])


FOUR = people(("a", 0, 1, 1), ("a", 0, 3, 1), ("b", 0, 2, 1), ("b", 0, 4, 0))


def test_log_rank_compares_observed_with_expected_at_each_event():
    """At 1 one of two and two; at 2 one of one and two; at 3 one of one and one."""
    found = log_rank(FOUR, **COLUMNS)
    expected = 1 / 2 + 1 / 3 + 1 / 2
    variance = 1 / 4 + 2 / 9 + 1 / 4
    assert found.observed.tolist() == [2, 1]
    assert found.expected.tolist() == pytest.approx([expected, 3 - expected], abs=EXACT)
    assert found.chi_square == pytest.approx((2 - expected) ** 2 / variance, abs=EXACT)
    assert found.degrees_of_freedom == 1
    row = found.tidy().set_index("term").loc["a"]
    assert row["estimate"] == pytest.approx(2 - expected, abs=EXACT)
    assert row["std_error"] == pytest.approx(np.sqrt(variance), abs=EXACT)
    assert row["p_value"] == found.p_value == pytest.approx(0.43276758066, abs=1e-9)


def test_peto_weighs_by_the_share_still_without_the_event_just_before():
    found = log_rank(FOUR, weight="peto", **COLUMNS)
    weights = np.array([1, 3 / 4, 1 / 2])
    expected = weights @ [1 / 2, 1 / 3, 1 / 2]
    variance = weights**2 @ [1 / 4, 2 / 9, 1 / 4]
    assert found.observed.tolist() == pytest.approx([1 + 1 / 2, 3 / 4], abs=EXACT)
    assert found.chi_square == pytest.approx((3 / 2 - expected) ** 2 / variance, abs=EXACT)


def test_tied_events_have_the_variance_of_drawing_without_replacement():
    tied = people(("a", 0, 1, 1), ("a", 0, 1, 1), ("b", 0, 1, 1), ("b", 0, 4, 0), ("b", 0, 5, 0))
    variance = 3 * 2 / 5 * 3 / 5 * (5 - 3) / (5 - 1)
    found = log_rank(tied, **COLUMNS)
    assert found.chi_square == pytest.approx((2 - 3 * 2 / 5) ** 2 / variance, abs=EXACT)


def test_who_enters_late_is_expected_to_have_no_event_before():
    """The second of arm a enters at 2, at which time it is not yet at risk."""
    late = people(("a", 0, 1, 1), ("a", 2, 3, 1), ("b", 0, 2, 1), ("b", 0, 4, 0))
    found = log_rank(late, **COLUMNS)
    assert found.expected[0] == pytest.approx(1 / 3 + 0 / 2 + 1 / 2, abs=EXACT)


def test_an_event_on_the_day_of_entry_counts_half_a_day_later():
    day_0 = people(("a", 0, 0, 1), ("a", 0, 0, 0), ("b", 0, 1, 0))
    found = log_rank(day_0, **COLUMNS)  # the second of arm a has left by then
    assert found.expected.tolist() == pytest.approx([1 / 2, 1 / 2], abs=EXACT)


def test_strata_add_up_what_is_compared_within_them():
    other = people(("a", 0, 2, 1), ("b", 0, 1, 1), ("b", 0, 3, 0))
    both = pd.concat([FOUR.assign(site="x"), other.assign(site="y")])
    found = log_rank(both, strata="site", **COLUMNS)
    difference, variance = 2 - 4 / 3 + 1 - (1 / 3 + 1 / 2), 13 / 18 + 2 / 9 + 1 / 4
    assert found.chi_square == pytest.approx(difference**2 / variance, abs=EXACT)
    assert found.test == "log-rank, stratified by site"


def test_a_group_never_at_risk_at_an_event_takes_no_degree_of_freedom():
    early = pd.concat([FOUR, people(("c", 0, 0.5, 0))])
    found = log_rank(early, **COLUMNS)
    assert found.degrees_of_freedom == 1
    assert found.chi_square == pytest.approx(log_rank(FOUR, **COLUMNS).chi_square, abs=EXACT)


def test_without_censoring_gray_keeps_those_with_another_event_at_risk():
    """Its score is then that of the log-rank test of people whom nothing else takes away."""
    records = pd.DataFrame(
        {
            "arm": list("aaaabbbb"),
            "exit": [1.0, 2, 3, 8, 2, 4, 6, 7],
            "cause": ["promoted", "left", "promoted", "left"] * 2,
        }
    )
    found = gray_test(records, exit="exit", cause="cause", of="promoted", by="arm")
    stay = records.assign(
        entry=0,
        left=records["cause"] == "promoted",
        exit=records["exit"].where(records["cause"] == "promoted", 99),
    )
    as_log_rank = log_rank(stay, **COLUMNS)
    assert found.observed.tolist() == [2, 2]
    # Promoted at 1 of four and four; at 2 of three, four; at 3 of three, three; at 6 of two, three.
    expected = 4 / 8 + 3 / 7 + 3 / 6 + 2 / 5
    assert found.expected[0] == pytest.approx(expected, abs=EXACT)
    assert found.expected == pytest.approx(as_log_rank.expected, abs=EXACT)
    assert found.test == "Gray, of promoted"


def test_arms_that_mirror_each_other_differ_by_nothing():
    half = pd.DataFrame({"exit": [1.0, 2, 2, 3, 5], "cause": ["x", "y", "x", "", "x"]})
    both = pd.concat([half.assign(arm="a"), half.assign(arm="b")])
    found = gray_test(both, exit="exit", cause="cause", of="x", by="arm")
    assert found.chi_square == pytest.approx(0, abs=EXACT)
    assert found.p_value == pytest.approx(1, abs=EXACT)


@pytest.mark.parametrize(
    ("records", "found"),
    [
        (FOUR.assign(left=0), "0 events among 2 groups of arm"),
        (FOUR.assign(arm="a"), "3 events among 1 groups of arm"),
        (FOUR.iloc[:1], "1 events among 1 groups of arm"),
        (FOUR.assign(arm=["a", "a", None, "b"]), "1 of 4 rows have no arm"),
        (
            people(("a", 0, 1, 1), ("a", 0, 2, 1), ("b", 3, 4, 1), ("b", 3, 5, 0)),
            "not at risk of an event at the same times",
        ),
    ],
)
def test_log_rank_refuses_what_it_cannot_compare(records, found):
    with pytest.raises(EstimationError, match=found):
        log_rank(records, **COLUMNS)


def test_log_rank_refuses_an_unknown_weight_and_peto_a_curve_that_ended():
    with pytest.raises(EstimationError, match="the test's weight is gehan"):
        log_rank(FOUR, weight="gehan", **COLUMNS)
    ended = people(("a", 0, 1, 1), ("b", 0, 1, 1), ("a", 2, 4, 1), ("b", 2, 5, 1))
    with pytest.raises(EstimationError, match="everybody at risk has had an event before"):
        log_rank(ended, weight="peto", **COLUMNS)


def test_gray_refuses_a_cause_that_nobody_has_and_a_single_group():
    records = pd.DataFrame({"exit": [1.0, 2.0], "cause": ["x", ""], "arm": ["a", "b"]})
    columns = {"exit": "exit", "cause": "cause", "by": "arm"}
    with pytest.raises(EstimationError, match="no row ends in the cause y"):
        gray_test(records, of="y", **columns)
    with pytest.raises(EstimationError, match="no row ends in the cause x"):
        gray_test(records.assign(cause=""), of="x", **columns)
    with pytest.raises(EstimationError, match="1 events among 1 groups"):
        gray_test(records.assign(arm="a"), of="x", **columns)


GRAY = {"exit": "exit", "cause": "cause", "by": "arm"}


@pytest.mark.parametrize("arms", ["cbba", "bcca", "caab"])
def test_gray_refuses_ties_of_so_few_that_a_variance_is_negative(arms):
    """At 3 all three still there have it, and one of them stands for two: -0.02 in the middle."""
    few = pd.DataFrame({"exit": [3.0, 3, 1, 3], "cause": "x", "arm": list(arms)})
    with pytest.raises(EstimationError, match="too few people for this many ties in 3 groups"):
        gray_test(few, of="x", **GRAY)


def test_gray_leaves_out_only_who_is_never_at_risk_at_an_event_of_the_cause():
    """Arm c is lost before the first: one degree of freedom, and nothing observed nor expected."""
    two = pd.DataFrame(
        {"exit": [1.0, 3, 5, 2, 4, 6], "cause": ["x", "y", "x", "x", "", "x"], "arm": [*"aaabbb"]}
    )
    early = pd.DataFrame({"exit": [0.5, 0.5], "cause": ["", "y"], "arm": "c"})
    found, without = (
        gray_test(pd.concat([two, early]), of="x", **GRAY),
        gray_test(two, of="x", **GRAY),
    )
    assert found.degrees_of_freedom == 1
    assert found.chi_square == pytest.approx(without.chi_square, abs=EXACT)
    assert found.expected[2] == 0 and found.covariance[2] == pytest.approx(0, abs=EXACT)


def test_gray_refuses_groups_that_hardly_overlap_in_time():
    """80 of 110 at 1; the last of arm a stands for 1 / 0.2 = 5, beside arm b's ten: 1/15 at each
    of 3 ... 12, so that 1 is passed at 7, before five more."""
    a = pd.DataFrame({"exit": [1.0] * 80 + [2.0] * 19 + [20.0], "cause": ["x"] * 80 + [""] * 20})
    b = pd.DataFrame({"exit": np.arange(3.0, 13.0), "cause": "x"})
    both = pd.concat([a.assign(arm="a"), b.assign(arm="b")])
    with pytest.raises(EstimationError, match="reaches 1 before 5 event times"):
        gray_test(both, of="x", **GRAY)


def test_gray_bears_a_pooled_incidence_of_one_where_one_group_is_left():
    """Both of arm a at 1, one of them expected; then b alone: pooled 2/4 + 1/2 before 3."""
    last = pd.DataFrame({"exit": [1.0, 1, 2, 3], "cause": "x", "arm": ["a", "a", "b", "b"]})
    found = gray_test(last, of="x", **GRAY)
    assert found.expected == pytest.approx([1, 3], abs=EXACT)
    # As drawn without replacement: 2 x 1/2 x 1/2 x (4 - 2) / (4 - 1).
    assert found.covariance[0, 0] == pytest.approx(1 / 3, abs=EXACT)
    assert found.chi_square == pytest.approx(3, abs=EXACT)
