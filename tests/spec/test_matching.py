"""Risk-set matching by hand: who is nearest, who ties, who is too far."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.groups import risk_set_match

COLUMNS = {"set_id": "set", "is_mentored": "mentored", "person": "who", "score": "score"}


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), sep=r"\s+", na_values=".").astype({"who": "str"})


def weights(matched: pd.DataFrame) -> dict:
    return matched.set_index(["set", "who"])["weight"].to_dict()


ONE_START = table("""
    set who mentored score grade
      1   m     True   0.0     2
      1   a    False   0.1     2
      1   b    False  -0.2     2
      1   c    False   0.3     2
      1   d    False  -0.3     2
      1   e    False   0.9     2
      1   f    False   0.0     1
""")


def test_the_nearest_weigh_the_same_and_those_tied_at_the_last_place_share_it():
    # Distances: f 0, a .1, b .2, then c and d tie at .3. Three places: f, a, b.
    matched = risk_set_match(ONE_START, **COLUMNS, ratio=3)
    third = pytest.approx(1 / 3)
    assert weights(matched) == {(1, "m"): 1, (1, "f"): third, (1, "a"): third, (1, "b"): third}
    # Four places: the fourth is shared by c and d.
    matched = risk_set_match(ONE_START, **COLUMNS, ratio=4)
    assert weights(matched) == {
        (1, "m"): 1,
        (1, "f"): pytest.approx(1 / 4),
        (1, "a"): pytest.approx(1 / 4),
        (1, "b"): pytest.approx(1 / 4),
        (1, "c"): pytest.approx(1 / 4 / 2),
        (1, "d"): pytest.approx(1 / 4 / 2),
    }


def test_with_few_available_all_serve_and_still_sum_to_one():
    matched = risk_set_match(ONE_START, **COLUMNS, ratio=3, caliper=0.1, exact=["grade"])
    assert weights(matched) == {(1, "m"): 1, (1, "a"): 1}
    matched = risk_set_match(ONE_START, **COLUMNS, ratio=9)
    comparators = matched[~matched["mentored"]]
    assert np.allclose(comparators["weight"], 1 / 6)


def test_exact_columns_keep_the_unlike_away_and_missing_equals_nothing():
    matched = risk_set_match(ONE_START, **COLUMNS, ratio=1, exact=["grade"])
    assert weights(matched) == {(1, "m"): 1, (1, "a"): 1}
    unknown = ONE_START.assign(grade=np.nan)
    assert risk_set_match(unknown, **COLUMNS, exact=["grade"]).empty


def test_the_caliper_includes_its_edge_and_may_differ_by_set():
    two = pd.concat([ONE_START, ONE_START.assign(set=2)]).assign(
        reach=lambda rows: np.where(rows["set"] == 1, 0.1, 0.2)
    )
    matched = risk_set_match(two, **COLUMNS, ratio=9, caliper="reach")
    chosen = matched[~matched["mentored"]].groupby("set")["who"].agg("".join)
    assert chosen.to_dict() == {1: "af", 2: "abf"}


def test_a_set_without_a_comparator_in_reach_is_left_out():
    assert risk_set_match(ONE_START, **COLUMNS, caliper=0.05, exact=["grade"]).empty


def test_a_person_may_serve_in_several_sets_of_one_day():
    records = table("""
        set who mentored score
          1   m     True   0.0
          1   a    False   0.1
          2   n     True   0.2
          2   a    False   0.1
    """)
    matched = risk_set_match(records, **COLUMNS)
    assert weights(matched) == {(1, "m"): 1, (1, "a"): 1, (2, "n"): 1, (2, "a"): 1}


def test_scores_that_differ_by_rounding_only_tie():
    records = table("""
        set who mentored score
          1   m     True   0.3
          1   a    False   0.1
          1   b    False   0.5
    """)
    records.loc[1, "score"] += 1e-13
    matched = risk_set_match(records, **COLUMNS, ratio=1)
    assert weights(matched) == {(1, "m"): 1, (1, "a"): 0.5, (1, "b"): 0.5}


def test_sets_need_exactly_one_mentored_person():
    with pytest.raises(EstimationError, match="1 of 1 sets have no mentored"):
        risk_set_match(ONE_START.assign(mentored=False), **COLUMNS)
    with pytest.raises(EstimationError, match="1 of 1 sets"):
        risk_set_match(ONE_START.assign(mentored=True), **COLUMNS)


def test_a_candidate_without_a_score_or_twice_in_a_set_is_refused():
    with pytest.raises(EstimationError, match="1 of 7 candidates"):
        risk_set_match(ONE_START.assign(score=[np.nan, *range(6)]), **COLUMNS)
    with pytest.raises(EstimationError, match="1 rows repeat"):
        risk_set_match(pd.concat([ONE_START, ONE_START.tail(1)]), **COLUMNS)


def test_no_candidates_make_no_sets():
    assert risk_set_match(ONE_START.head(0), **COLUMNS).empty


def test_the_preferred_come_first_however_far_and_free_places_go_to_the_nearest_others():
    candidates = table("""
        set  who  mentored  score  waits
        1    m    True      0.0    False
        1    far  False     0.9    True
        1    a    False     0.1    False
        1    b    False     0.2    False
        1    c    False     0.2    False
        1    out  False     5.0    True
    """)
    # far waits: one place. Of the other two, a is nearest, b and c tie at the last: half each.
    chosen = risk_set_match(candidates, **COLUMNS, ratio=3, caliper=1.0, preferred="waits")
    assert weights(chosen) == pytest.approx(
        {(1, "m"): 1, (1, "far"): 1 / 3, (1, "a"): 1 / 3, (1, "b"): 1 / 6, (1, "c"): 1 / 6}
    )
    # With one place the waiting person has it; nearer others have none.
    alone = risk_set_match(candidates, **COLUMNS, ratio=1, caliper=1.0, preferred="waits")
    assert weights(alone) == {(1, "m"): 1, (1, "far"): 1}


def test_ties_at_the_last_place_are_shared_within_the_preferred_only():
    candidates = table("""
        set  who  mentored  score  waits
        1    m    True      0.0    False
        1    a    False     0.3    True
        1    b    False     -0.3   True
        1    c    False     0.3    False
        1    d    False     0.0    False
    """)
    chosen = risk_set_match(candidates, **COLUMNS, ratio=1, preferred="waits")
    assert weights(chosen) == {(1, "m"): 1, (1, "a"): 1 / 2, (1, "b"): 1 / 2}


def test_a_preference_that_is_not_known_is_refused():
    candidates = table("""
        set  who  mentored  score  waits
        1    m    True      0.0    1
        1    a    False     0.3    .
    """)
    with pytest.raises(EstimationError, match="1 of 2 rows say neither true nor false in waits"):
        risk_set_match(candidates, **COLUMNS, preferred="waits")
