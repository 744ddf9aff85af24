"""Mean counts of four people, as fractions."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import mean_count

EXACT = 1e-12  # fractions of small numbers

# p and q are promoted at 2, q again at 5; r leaves at 3 and p at 4; q and s are still there at 9.
FOUR = """
    person  entry  exit  promoted  left
         p      0     2         1     0
         p      2     4         0     1
         q      0     2         1     0
         q      2     5         1     0
         q      5     9         0     0
         r      0     3         0     1
         s      0     9         0     0
"""
COLUMNS = {"entry": "entry", "exit": "exit", "event": "promoted", "terminal": "left"}


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), sep=r"\s+")


def counted(records: pd.DataFrame, at=(5,), **more) -> pd.DataFrame:
    return mean_count(records, at=at, **{**COLUMNS, "cluster": "person", **more}).tidy()


def test_while_everyone_is_followed_it_is_the_number_of_events_per_head():
    """Two of four at 2; at 5 one of the two still there, who are half of all: 1/2 + 1/2 x 1/2."""
    found = counted(table(FOUR), at=[1, 2, 4, 5, 9])
    assert found["estimate"].tolist() == pytest.approx([0, 1 / 2, 1 / 2, 3 / 4, 3 / 4], abs=EXACT)
    assert found["n_at_risk"].tolist() == [4, 4, 3, 2, 2]
    assert found["n_events"].tolist() == [0, 2, 2, 3, 3]
    assert found["n_with_event"].tolist() == [0, 2, 2, 2, 2]


def test_who_is_gone_has_no_more_events():
    """Leaving taken for being lost, half of the two still there would stand for all: 1/2 + 1/2."""
    lost = table(FOUR).assign(left=0)
    assert counted(lost)["estimate"].item() == pytest.approx(1, abs=EXACT)


def test_who_is_lost_is_stood_for_by_those_who_are_followed():
    """p lost at 4, not gone: 3/4 still there at 5, one of two is promoted: 1/2 + 3/4 x 1/2."""
    records = table(FOUR)
    records.loc[records["exit"] == 4, "left"] = 0
    assert counted(records)["estimate"].item() == pytest.approx(7 / 8, abs=EXACT)


def test_without_loss_the_error_is_that_of_a_mean_of_counts():
    """Counts 1, 2, 0, 0 of mean 3/4: the root of (1 + 25 + 9 + 9) / 16 / 16."""
    found = counted(table(FOUR))
    assert found["std_error"].item() == pytest.approx(np.sqrt(44) / 16, abs=EXACT)
    assert found["error_type"].item() == (
        "influence function, clustered by person, no small-sample correction"
    )


def test_a_promotion_on_the_last_day_counts():
    records = table(FOUR)
    records.loc[records["exit"] == 4, "promoted"] = 1  # p, of three at risk, 3/4 of all
    assert counted(records, at=[4])["estimate"].item() == pytest.approx(3 / 4, abs=EXACT)


def test_a_weight_of_two_counts_as_two_people():
    """q counts twice: 3 of 5 at 2; at 5 (4/5 x 3/4 still there) 2 of 3."""
    records = table(FOUR).assign(weight=lambda frame: 1 + (frame["person"] == "q"))
    found = counted(records, weights="weight")
    assert found["estimate"].item() == pytest.approx(3 / 5 + 3 / 5 * 2 / 3, abs=EXACT)
    twin = records[records["person"] == "q"].assign(person="twin")
    assert counted(pd.concat([records, twin]))["estimate"].item() == pytest.approx(1, abs=EXACT)


def test_who_enters_late_is_at_risk_from_then_on():
    """s from 2 on: at 2 two of three."""
    records = table(FOUR)
    records.loc[records["person"] == "s", "entry"] = 2
    assert counted(records, at=[2])["estimate"].item() == pytest.approx(2 / 3, abs=EXACT)


def test_somebody_in_both_groups_counts_once_in_the_difference():
    """The same four people twice: they differ by exactly 0 in every draw."""
    both = pd.concat([table(FOUR).assign(arm="mentored"), table(FOUR).assign(arm="comparison")])
    columns = {**COLUMNS, "by": "arm", "at": [5]}
    shared = mean_count(both, cluster="person", **columns).difference("mentored", "comparison")
    assert shared[["estimate", "std_error"]].to_numpy() == pytest.approx(0, abs=EXACT)
    apart = both.assign(person=both["person"] + both["arm"])
    error = mean_count(apart, cluster="person", **columns).difference("mentored", "comparison")
    assert error["std_error"].item() == pytest.approx(np.sqrt(2 * 44) / 16, abs=EXACT)
    assert error["p_value"].item() == 1


def test_without_an_event_the_count_is_0_and_has_no_error():
    found = counted(table(FOUR), at=[1])
    assert found["estimate"].item() == 0
    assert found[["std_error", "ci_low", "ci_high"]].isna().all(axis=None)


def test_beyond_follow_up_nothing_is_known_unless_everybody_is_gone():
    assert counted(table(FOUR), at=[10])["estimate"].isna().item()
    gone = table(FOUR).assign(left=lambda frame: frame["left"] | (frame["exit"] == 9))
    found = counted(gone, at=[10])
    assert found["estimate"].item() == pytest.approx(3 / 4, abs=EXACT)
    assert found["std_error"].item() == pytest.approx(np.sqrt(44) / 16, abs=EXACT)


def test_an_event_on_the_day_of_entry_counts_half_a_day_later():
    """One of two: p is at risk once then, in the row that follows."""
    records = table("""
        person  entry  exit  promoted  left
             p      0     0         1     0
             p      0     9         0     0
             q      0     9         0     0
    """)
    assert counted(records, at=[0, 0.5])["estimate"].tolist() == [0, pytest.approx(1 / 2)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"left": 2}, "7 of 7 rows hold neither 0 nor 1 in left"),
        ({"entry": 20}, "7 of 7 rows end before they begin"),
        ({"arm": None}, "7 of 7 rows have no arm"),
    ],
)
def test_records_that_make_no_sense_are_refused(change, words):
    records = table(FOUR).assign(**{"arm": "x", **change})
    with pytest.raises(EstimationError, match=words):
        mean_count(records, at=[5], by="arm", **COLUMNS)


def test_a_gap_with_nobody_at_risk_is_refused():
    records = pd.concat(
        [table(FOUR).query("person == 'r'"), table(FOUR).query("person == 's'").assign(entry=3)]
    )
    with pytest.raises(EstimationError, match="everybody at risk is gone by time 3, before 1 rows"):
        counted(records)


def test_times_and_groups_that_do_not_exist_are_refused():
    with pytest.raises(EstimationError, match="the times `at` are empty"):
        counted(table(FOUR), at=[])
    with pytest.raises(EstimationError, match="there is no group mentored"):
        mean_count(table(FOUR), at=[5], **COLUMNS).difference("mentored", "all")


def test_one_cluster_has_no_error_that_is_mere_rounding():
    """The influences within it add up to zero, but for 1e-8 of rounding beside heavy ones."""
    rng = np.random.default_rng(2)
    light = {
        "entry": 0,
        "exit": rng.integers(1, 6, 200),
        "weight": rng.uniform(0.5, 1.5, 200) / 1e7,
    }
    heavy = {"entry": 5, "exit": rng.integers(6, 12, 200), "weight": rng.uniform(0.5, 1.5, 200)}
    bridge = {"entry": [0], "exit": [20], "weight": [1e-7]}
    records = pd.concat([pd.DataFrame(rows) for rows in (light, heavy, bridge)])
    records = records.assign(promoted=records["exit"] < 20, left=0, site=1)
    shared = COLUMNS | {"cluster": "site", "weights": "weight"}
    found = mean_count(records, at=[1, 3, 4, 8], **shared)
    assert (found.covariance.ravel() > (1e-9 * found.estimates.ravel()) ** 2).all()
    assert found.tidy()["std_error"].isna().all()
    apart = records.assign(site=np.arange(len(records)) % 2)
    assert mean_count(apart, at=[1, 3, 4, 8], **shared).tidy()["std_error"].notna().all()


def test_a_difference_has_no_error_if_one_of_its_groups_has_none():
    """Nobody of the comparison has an event until 5: its error is not 0 but unknown."""
    records = pd.concat([table(FOUR).assign(arm="a"), table(FOUR).assign(arm="b", promoted=0)])
    found = mean_count(records, at=[5], by="arm", **COLUMNS)
    errors = found.tidy().set_index("term")["std_error"]
    assert errors.isna().tolist() == [False, True]
    assert found.difference("a", "b")["std_error"].isna().item()


def test_where_everybody_at_risk_goes_they_count_whole_to_the_last_digit():
    """Added one by one to the light rows before them, and these taken away, 0.6 is 0.6 + 1e-16."""
    records = pd.DataFrame(
        {
            "entry": [0, 0, 1, 1, 1],
            "exit": [1, 2, 2, 2, 2],
            "promoted": 1,
            "left": [0, 1, 1, 1, 1],
            "weight": [1e-9, 1e-9, 0.1, 0.2, 0.3],
        }
    )
    found = mean_count(records, at=[1, 2], weights="weight", **COLUMNS).tidy()
    assert found["estimate"].tolist() == [1 / 2, 3 / 2]


def test_with_two_kinds_of_cluster_counts_are_of_the_first():
    """p has two mentors, m and n, and an event with each; m mentors q as well, without one."""
    records = table("""
        person  mentor  entry  exit  promoted  left
             p       m      0     4         1     0
             p       n      0     4         1     0
             q       m      0     9         0     0
             q       o      0     9         0     0
             q       s      0     9         1     0
    """)
    for cluster, n_at_risk, n_with_event in (
        (["person", "mentor"], 2, 1),
        (["mentor", "person"], 4, 2),
    ):
        found = counted(records, at=[4], cluster=cluster)
        assert found["n_at_risk"].item() == n_at_risk
        assert found["n_with_event"].item() == n_with_event
        assert found["n_events"].item() == 2
