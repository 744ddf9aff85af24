"""Curves and counts where a few rows weigh 10^18 times as much as the others, as fractions."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import cumulative_incidence, kaplan_meier, mean_count

EXACT = 1e-9
TIMES = {"entry": "entry", "exit": "exit", "event": "event", "weights": "weight"}
LIGHT, HEAVY = 1e-8, 1e10
# Two heavy ones are lost at 1 and 2, before any event; three of four light ones have the event.
SHRINKING = pd.DataFrame(
    {
        "person": [*"hijklm"],
        "entry": 0.0,
        "exit": [1.0, 2, 3, 4, 5, 6],
        "event": [0, 0, 1, 1, 1, 0],
        "weight": [HEAVY, HEAVY, LIGHT, LIGHT, LIGHT, LIGHT],
    }
)
# Two of four light ones have the event, then one of two heavy ones that enter at 10.
GROWING = pd.DataFrame(
    {
        "person": [*"abcdhi"],
        "entry": [0.0, 0, 0, 0, 10, 10],
        "exit": [1.0, 2, 30, 30, 20, 25],
        "event": [1, 1, 0, 0, 1, 0],
        "weight": [LIGHT, LIGHT, LIGHT, LIGHT, HEAVY, HEAVY],
    }
)
# A heavy one enters and is lost between two events of light ones, or is at risk at one of them.
BETWEEN = pd.concat([SHRINKING[2:], SHRINKING[:1].assign(entry=3.2, exit=3.8)], ignore_index=True)
AMONG = BETWEEN.assign(exit=[3.0, 4, 5, 6, 4.5])


def counted(records: pd.DataFrame, at: list[float]) -> pd.DataFrame:
    return mean_count(
        records.assign(gone=0), terminal="gone", at=at, cluster="person", **TIMES
    ).tidy()


@pytest.mark.parametrize("records", [SHRINKING, BETWEEN])
def test_a_heavy_row_at_risk_at_no_event_leaves_no_rounding_behind(records):
    four = records[records["weight"] < 1].assign(weight=1.0)
    found, plain = (kaplan_meier(rows, **TIMES).tidy() for rows in (records, four))
    assert found["estimate"].tolist() == pytest.approx([3 / 4, 1 / 2, 1 / 4], abs=EXACT)
    assert found["std_error"].tolist() == pytest.approx(plain["std_error"].tolist(), abs=EXACT)
    counts, of_four = (counted(rows, at=[3, 4, 5]) for rows in (records, four))
    sums = [1 / 4, 1 / 4 + 1 / 3, 1 / 4 + 1 / 3 + 1 / 2]
    assert counts["estimate"].tolist() == pytest.approx(sums, abs=EXACT)
    assert counts["std_error"].tolist() == pytest.approx(of_four["std_error"].tolist(), abs=EXACT)


def test_nor_within_its_own_cluster():
    """The light one of the cluster has the event before the heavy one enters."""
    one = BETWEEN.assign(person=[*"jklmj"])
    errors = kaplan_meier(one, cluster="person", **TIMES).tidy()["std_error"]
    plain = kaplan_meier(BETWEEN[:4], **TIMES).tidy()["std_error"]
    assert errors.tolist() == pytest.approx(plain.tolist(), abs=EXACT)


def test_where_risk_sets_grow_weights_are_summed_from_the_start_and_errors_from_the_end():
    """Influences on log S: -1/4, 1/12 - 1/3, twice 1/12 + 1/6; of the heavy -1/2 and 1/2."""
    found = kaplan_meier(GROWING, at=[1, 2, 20], **TIMES).tidy()
    assert found["estimate"].tolist() == pytest.approx([3 / 4, 1 / 2, 1 / 4], abs=EXACT)
    error = 1 / 4 * np.sqrt(4 / 16 + 2 / 4)
    assert found["std_error"].iloc[-1] == pytest.approx(error, abs=EXACT)
    counts = counted(GROWING, at=[20]).iloc[0]
    assert counts["estimate"] == pytest.approx(1 / 4 + 1 / 3 + 1 / 2, abs=EXACT)
    # Influences 3/16, 2/9 - 1/16, twice -1/16 - 1/9; of the heavy 1/4 and -1/4.
    variance = (27**2 + 23**2 + 2 * 25**2) / 144**2 + 2 / 16
    assert counts["std_error"] == pytest.approx(np.sqrt(variance), abs=EXACT)


def test_a_hundred_thousand_who_have_left_do_not_show_in_the_share_of_the_last_two():
    rng = np.random.default_rng(1)
    many = pd.DataFrame({"exit": 1.0, "event": 0, "weight": rng.uniform(0.01, 100, 100_000)})
    two = pd.DataFrame({"exit": [30.0, 40.0], "event": [1, 0], "weight": 1e-9})
    found = kaplan_meier(
        pd.concat([many, two]), entry=None, exit="exit", event="event", weights="weight", at=[30]
    )
    assert found.estimates["estimate"].item() == pytest.approx(1 / 2, abs=1e-12)


@pytest.mark.parametrize(
    ("records", "n_lost"),
    [(AMONG, 1), (SHRINKING.assign(event=[1, 1, 1, 1, 1, 0]), 1)],
)
def test_weights_whose_sums_are_lost_either_way_are_refused(records, n_lost):
    """A heavy one at risk at 4, among light ones; the last heavy one, whose event leaves four."""
    words = f"at {n_lost} of . event times those at risk weigh too little"
    with pytest.raises(EstimationError, match=words):
        kaplan_meier(records, **TIMES)
    with pytest.raises(EstimationError, match=words):
        cumulative_incidence(
            records.assign(cause=np.where(records["event"], "left", "")),
            entry="entry",
            exit="exit",
            cause="cause",
            weights="weight",
        )
    gone = records.assign(gone=records["event"])
    with pytest.raises(EstimationError, match=words):
        mean_count(gone, terminal="gone", at=[5], cluster="person", **TIMES)
