"""Nearest matching on any data frame, by hand."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.groups import nearest_match

PEOPLE = pd.read_csv(
    StringIO("""
    who treated score site reach
      m    True  0.0    p   0.2
      n    True  1.0    q   0.2
      a   False  0.1    p   9
      b   False -0.2    p   9
      c   False  0.2    p   9
      d   False  0.8    q   9
      e   False  5.0    .   9
"""),
    sep=r"\s+",
    na_values=".",
).set_index("who")
COLUMNS = {"is_treated": "treated", "score": "score"}


def weights(found) -> dict:
    return {
        (str(label), str(who)): weight
        for who, label, weight in found.sets[["set_id", "weight"]].itertuples()
    }


def test_one_nearest_each_by_default():
    found = nearest_match(PEOPLE, **COLUMNS)
    assert weights(found) == {("m", "m"): 1, ("m", "a"): 1, ("n", "n"): 1, ("n", "d"): 1}
    assert found.sets.index.tolist() == ["m", "a", "n", "d"]
    assert found.sets.columns.tolist() == [*PEOPLE.columns, "set_id", "weight"]


def test_those_tied_at_the_last_place_share_it_and_people_serve_again():
    found = nearest_match(PEOPLE, **COLUMNS, ratio=2)
    # Near m: a, then b and c at .2. Near n: d, then c at .8.
    assert weights(found) == {
        ("m", "m"): 1,
        ("m", "a"): 1 / 2,
        ("m", "b"): 1 / 4,
        ("m", "c"): 1 / 4,
        ("n", "n"): 1,
        ("n", "d"): 1 / 2,
        ("n", "c"): 1 / 2,
    }
    expected = {"m": 1, "n": 1, "a": 0.5, "b": 0.25, "c": 0.75, "d": 0.5, "e": 0}
    assert found.weights.to_dict() == expected
    row = found.tidy().iloc[0]
    assert row["n_comparison"] == 4
    assert row["largest_reuse"] == 2
    assert row["effective_comparison"] == pytest.approx(4 / (0.25 + 0.0625 + 0.5625 + 0.25))


def test_a_caliper_may_be_a_number_or_each_treated_persons_own():
    assert set(weights(nearest_match(PEOPLE, **COLUMNS, ratio=9, caliper=0.1))) == {
        ("m", "m"),
        ("m", "a"),
    }
    found = nearest_match(PEOPLE, **COLUMNS, ratio=9, caliper="reach")
    assert found.sets.groupby("set_id").size().to_dict() == {"m": 4, "n": 2}


def test_the_unmatched_are_counted_by_what_they_lack():
    people = PEOPLE.copy()
    people.loc["n", "site"] = np.nan
    people.loc["o"] = [True, 0.1, "r", 0.2]
    people.loc["q"] = [True, 0.55, "q", 0.2]
    found = nearest_match(people, **COLUMNS, exact=["site"], caliper=0.2)
    counts = found.tidy().iloc[0]
    assert counts["n_treated"] == 4
    assert counts["n_matched"] == found.n_matched == 1
    assert counts["n_exact_unknown"] == 1  # n: no site
    assert counts["n_no_one_alike"] == 1  # o: nobody at r
    assert counts["n_too_far"] == 1  # q: d is .25 away
    assert set(weights(found)) == {("m", "m"), ("m", "a")}


def test_a_missing_caliper_reaches_nobody_and_an_infinite_one_everybody():
    found = nearest_match(PEOPLE.assign(reach=[np.nan, *[1.0] * 6]), **COLUMNS, caliper="reach")
    assert found.n_too_far == 1
    assert found.n_matched == 1
    unlimited = nearest_match(PEOPLE, **COLUMNS, ratio=9)
    pd.testing.assert_frame_equal(
        nearest_match(PEOPLE, **COLUMNS, ratio=9, caliper=np.inf).sets, unlimited.sets
    )


def test_nobody_matched_is_refused_with_the_reasons_and_not_answered_with_weights_of_0():
    people = PEOPLE.assign(reach=np.nan)
    with pytest.raises(EstimationError, match=r"none of 2 .* 2 nobody within the caliper"):
        nearest_match(people, **COLUMNS, caliper="reach")
    apart = PEOPLE.assign(site=[*"abcdef", None])
    with pytest.raises(EstimationError, match=r"none of 2 treated .* nobody alike in these"):
        nearest_match(apart, **COLUMNS, exact=["site"])


def test_what_cannot_be_matched_on_is_refused():
    with pytest.raises(StudyError, match="no column scores"):
        nearest_match(PEOPLE, is_treated="treated", score="scores")
    with pytest.raises(EstimationError, match="1 of 7 people have no usable score"):
        nearest_match(PEOPLE.assign(score=[np.nan, *range(6)]), **COLUMNS)
    with pytest.raises(EstimationError, match="1 rows repeat"):
        nearest_match(pd.concat([PEOPLE, PEOPLE.tail(1)]), **COLUMNS)
    with pytest.raises(EstimationError, match="ranges too far"):
        nearest_match(PEOPLE.assign(score=PEOPLE["score"] * 1e9), **COLUMNS, exact=["site"])
    with pytest.raises(StudyError, match="already have weight"):
        nearest_match(PEOPLE.assign(weight=1), **COLUMNS)
    for unfit in ({"ratio": 0}, {"caliper": -0.1}, {"caliper": np.nan}):
        with pytest.raises(StudyError, match="a ratio of"):
            nearest_match(PEOPLE, **COLUMNS, **unfit)
    with pytest.raises(EstimationError, match="7 of 7 people are treated"):
        nearest_match(PEOPLE.assign(treated=True), **COLUMNS)
