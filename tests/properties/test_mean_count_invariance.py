"""What must not change a mean count, and what it is where later events cannot happen."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import cumulative_incidence, mean_count
from mentor_outcomes.estimates.inference.risk_intervals import risk_intervals
from mentor_outcomes.estimates.survival._mean_count import count_steps, influences_of_counts

SAME = 1e-10  # sums in another order
TIMES = {"entry": "entry", "exit": "exit"}
AT = [0.0, 2.0, 5.0, 8.0]


def invented(seed: int, n: int = 60) -> pd.DataFrame:
    """Up to three stretches a member, with ties, late entry, weights, and people in both arms."""
    rng = np.random.default_rng(seed)
    start = np.where(rng.random(n) < 0.6, 0, rng.integers(0, 3, n)).astype(float)
    members = pd.DataFrame(
        {
            "member": np.arange(n),
            "person": [f"p{number}" for number in rng.integers(0, n // 2, n)],
            "arm": rng.choice(["comparison", "mentored"], n),
            "entry": start,
            "exit": start + rng.integers(1, 9, n),
            "weight": rng.uniform(0.2, 2.0, n),
            "left": rng.random(n) < 0.5,
        }
    )
    parts, rest = [], members
    for _ in range(2):
        day = rest["entry"] + rng.integers(1, 4, len(rest))
        is_cut = day < rest["exit"]
        parts.append(rest[is_cut].assign(exit=day[is_cut], promoted=True, left=False))
        rest = rest.assign(entry=day.where(is_cut, rest["entry"]))
    return pd.concat([*parts, rest.assign(promoted=rng.random(n) < 0.1)], ignore_index=True)


def everything(records: pd.DataFrame, *, unit: float = 1.0) -> np.ndarray:
    found = mean_count(
        records,
        event="promoted",
        terminal="left",
        by="arm",
        weights="weight",
        cluster="person",
        unit="member",
        at=np.array(AT) * unit,
        same_day=0.5 * unit,
        **TIMES,
    )
    parts = (found.estimates, found.covariance, found.n_at_risk, found.n_with_event)
    return np.concatenate([part.ravel() for part in parts])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_and_the_names_of_people_change_nothing(seed):
    records = invented(seed)
    shuffled = records.sample(frac=1, random_state=seed)
    renamed = shuffled.assign(person=shuffled["person"].map(lambda name: f"q{name[::-1]}"))
    assert everything(renamed) == pytest.approx(everything(records), abs=SAME)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_days_or_months_give_the_same_counts(seed):
    records = invented(seed)
    in_months = records.assign(entry=records["entry"] / 30.4375, exit=records["exit"] / 30.4375)
    assert everything(in_months, unit=1 / 30.4375) == pytest.approx(everything(records), abs=SAME)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cutting_rows_in_time_changes_nothing(seed):
    records = invented(seed)
    middle = records["entry"] + np.floor((records["exit"] - records["entry"]) / 2)
    is_cut = (middle > records["entry"]) & (middle < records["exit"])
    before = records[is_cut].assign(exit=middle[is_cut], promoted=False, left=False)
    cut = pd.concat([before, records.assign(entry=middle.where(is_cut, records["entry"]))])
    assert len(cut) > len(records) + 30
    assert everything(cut) == pytest.approx(everything(records), abs=SAME)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_the_first_event_ends_follow_up_it_is_the_cumulative_incidence(seed):
    """Aalen-Johansen, with its errors: nobody is there for a second event."""
    records = invented(seed).sort_values(["member", "entry"])
    earlier = records.groupby("member")["promoted"].cumsum() - records["promoted"]
    records = records[earlier == 0]
    cause = np.select([records["promoted"], records["left"]], ["promoted", "left"], "")
    shared = {"by": "arm", "weights": "weight", "cluster": "person", "at": AT, **TIMES}
    counts = mean_count(
        records.assign(gone=records["promoted"] | records["left"]),
        event="promoted",
        terminal="gone",
        unit="member",
        **shared,
    )
    risks = cumulative_incidence(records.assign(cause=cause), cause="cause", **shared)
    place = risks.states.index("promoted")
    assert counts.estimates == pytest.approx(risks.estimates[:, place], abs=SAME)
    assert counts.covariance == pytest.approx(risks.covariance[place], abs=SAME)
    assert (counts.n_with_event == risks.n_events[:, place]).all()


def test_influence_is_the_derivative_by_a_cluster_s_weight():
    """Against a difference quotient: its own error is about step squared, 1e-10."""
    records = invented(5)
    step = 1e-5
    columns = {**TIMES, "event": "promoted", "terminal": "left", "at": [8.0]}

    def count(weight: np.ndarray) -> float:
        found = mean_count(records.assign(weight=weight), weights="weight", **columns)
        return float(found.estimates[0, 0])

    promoted, left = records["promoted"].to_numpy(bool), records["left"].to_numpy(bool)
    rows = risk_intervals(
        records, is_event=promoted | left, weights="weight", cluster="person", **TIMES
    )
    influence = influences_of_counts(count_steps(rows, promoted, left), np.array([8.0]))[:, 0]
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    for cluster in range(rows.n_clusters):
        grown = np.where(rows.cluster == cluster, step, 0.0)
        quotient = count(rows.weight * (1 + grown)) - count(rows.weight * (1 - grown))
        assert influence[cluster] == pytest.approx(quotient / (2 * step), abs=1e-8)


def test_a_two_way_variance_is_that_of_each_way_less_that_of_both_at_once():
    records = invented(6).assign(mentor=lambda frame: frame["member"] % 7)
    records["both"] = records["person"] + "/" + records["mentor"].astype(str)
    columns = {**TIMES, "event": "promoted", "terminal": "left", "by": "arm", "at": AT}
    one, other, both, two_way = (
        mean_count(records, cluster=cluster, **columns).covariance
        for cluster in ("person", "mentor", "both", ("person", "mentor"))
    )
    assert two_way == pytest.approx(one + other - both, abs=SAME)


def test_records_are_left_as_they_were():
    records = invented(4)
    copy = records.copy(deep=True)
    everything(records)
    pd.testing.assert_frame_equal(records, copy)
