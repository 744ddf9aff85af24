"""What do errors clustered by person leave out where comparators are matched and used again?

    python -m benchmarks.matched_errors [N_REPLICATIONS]

A bare organisation in which everything is known: 2,700 people over 60 months, who come, leave, are
promoted and find a mentor by constant hazards that hang on one number; each start is matched to the
three nearest in its cell that month, who may serve again, and may be mentored later (then censored,
with known weights). A replication costs a twentieth of a second, so that errors can be told to 2 %.
They are held against two truths: that of the population (the mean over all replications), and that
of the very people who were mentored, on the same draws. What these people did with their mentor is
in the estimate and in their own truth alike; so of the mentored arm only what they would have done
without one is left to chance, p0 (1 - p0) / n in place of p1 (1 - p1) / n. An error for the
population is then too large for these people where mentoring makes the event more likely (and less
sure), and too small where it makes it rarer. Written to benchmarks/results/ (fewer than 1,000
replications: benchmarks/out/):

    matched_errors.csv   one row per outcome, horizon and cluster of the errors: mean truth (per 100
                         people), mean error over the SD of the estimate, and over the SD of
                         estimate less the truth of the very people, as found and as expected by the
                         formula; Monte-Carlo error of these; coverage of either truth
"""

import sys
import time
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from benchmarks.study_in_memory import PROJECT
from mentor_outcomes import io
from mentor_outcomes.estimates import cumulative_incidence

ENOUGH = 1000
SEED = 20241129
N_MONTHS = 60
N_AT_FIRST, HIRES_PER_MONTH = 1500, 20
HORIZONS = (12, 24, 36)
CLUSTERS = ("person", "set")
WORLDS = ("mentored", "never")
N_COMPARATORS = 3
CALIPER = 0.5  # SDs of the number that all hangs on
HAZARDS = {"leaving": (0.0125, -0.3), "promotion": (0.007, 0.5), "other_exit": (0.004, 0.0)}
"""Per month at the mean, and its log's slope on the number."""
RATIOS = {"leaving": 0.8, "promotion": 1.58, "other_exit": 1.0}
"""Hazard with a mentor over that without."""
_START = (-5.1, 0.5)  # log odds per month, slope
_GRADES = (0.30, 0.27, 0.20, 0.13, 0.07, 0.03)
_N_FAMILIES = 5
_NEVER = 10**6


@dataclass(frozen=True, slots=True)
class Organisation:
    """Per person: month of entry and start, the number, the cell; months of events by world."""

    entry: np.ndarray
    starts: np.ndarray
    start_hazard: np.ndarray
    number: np.ndarray
    cell: np.ndarray
    mentored: dict[str, np.ndarray]
    never: dict[str, np.ndarray]


def organisation(rng: np.random.Generator) -> Organisation:
    """Draw everybody's months in both worlds, on the same draws."""
    entry = np.r_[np.zeros(N_AT_FIRST, int), np.repeat(np.arange(1, N_MONTHS), HIRES_PER_MONTH)]
    n = len(entry)
    number = rng.normal(size=n)
    cell = rng.integers(0, _N_FAMILIES, n) * len(_GRADES) + rng.choice(len(_GRADES), n, p=_GRADES)
    start_hazard = 1 / (1 + np.exp(-(_START[0] + _START[1] * number)))
    until_start = rng.geometric(start_hazard)
    mentored, never = {}, {}
    for event, (level, slope) in HAZARDS.items():
        without = rng.exponential(size=n) / (level * np.exp(slope * number))
        later = until_start + (without - until_start) / RATIOS[event]
        within = np.where(without <= until_start, without, later)
        never[event] = entry + np.ceil(without).astype(int)
        mentored[event] = entry + np.ceil(within).astype(int)
    return Organisation(entry, entry + until_start, start_hazard, number, cell, mentored, never)


def matched(known: Organisation) -> pd.DataFrame:
    """One row per set (named after its mentored) and member: month, person, is_mentored, weight."""
    gone = np.minimum(known.mentored["leaving"], known.mentored["other_exit"])
    parts = []
    for month in range(1, N_MONTHS):
        is_there = (known.entry < month) & (gone > month)
        pool = np.flatnonzero(is_there & (known.starts > month))
        for own in np.flatnonzero(is_there & (known.starts == month)):
            alike = pool[known.cell[pool] == known.cell[own]]
            far = np.abs(known.number[alike] - known.number[own])
            near = alike[
                np.argsort(far, kind="stable")[: min(N_COMPARATORS, (far < CALIPER).sum())]
            ]
            if len(near):
                parts.append((own, month, own, True, 1.0))
                parts += [(own, month, person, False, 1 / len(near)) for person in near]
    return pd.DataFrame(parts, columns=["set", "month", "person", "is_mentored", "weight"])


def _ends(known: Organisation, sets: pd.DataFrame, outcome: str, world: str):
    """Months of the event and of what competes with it, of each member."""
    person, events = sets["person"].to_numpy(), getattr(known, world)
    if outcome == "leaving":
        return events["leaving"][person], events["other_exit"][person]
    exits = np.minimum(events["leaving"], events["other_exit"])[person]
    promoted = events["promotion"][person]  # once only: not again after an earlier one
    return np.where(promoted > sets["month"], promoted, _NEVER), exits


def records(known: Organisation, sets: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """One row per member and month followed, with the known weight for not having started."""
    month, person = sets["month"].to_numpy(), sets["person"].to_numpy()
    event, competing = _ends(known, sets, outcome, "mentored")
    own_start = np.where(sets["is_mentored"], _NEVER, known.starts[person])
    end = np.minimum.reduce([event, competing, own_start, np.full(len(sets), N_MONTHS)])
    end = np.minimum(end, month + max(HORIZONS))
    cause = np.select([event == end, competing == end], ["event", "competing"], "")
    n_months = end - month
    row = np.repeat(np.arange(len(sets)), n_months)
    since = np.arange(len(row)) - np.repeat(np.cumsum(n_months) - n_months, n_months)
    stays = np.where(sets["is_mentored"], 1.0, 1 - known.start_hazard[person])
    return pd.DataFrame(
        {
            "set": sets["set"].to_numpy()[row],
            "person": person[row],
            "arm": np.where(sets["is_mentored"], "mentored", "comparison")[row],
            "entry": since.astype("float64"),
            "exit": since + 1.0,
            "cause": np.where(since == n_months[row] - 1, cause[row], ""),
            "weight": sets["weight"].to_numpy()[row] / stays[row] ** since,
        }
    )


def replication(rng: np.random.Generator) -> pd.DataFrame:
    """One row per outcome, horizon and cluster: estimate, error, and both risks in truth."""
    known = organisation(rng)
    sets = matched(known)
    mentored = sets[sets["is_mentored"]]
    parts = []
    for outcome in ("promotion", "leaving"):
        followed = records(known, sets, outcome)
        risks = {f"risk_{world}": _risks(known, mentored, outcome, world) for world in WORLDS}
        for cluster in CLUSTERS:
            found = _differences(followed, cluster)
            parts.append(found.assign(outcome=outcome, cluster=cluster, **risks))
    return pd.concat(parts, ignore_index=True).assign(n_mentored=len(mentored))


def _risks(known: Organisation, mentored: pd.DataFrame, outcome: str, world: str) -> list[float]:
    """Share of the mentored with the event by each horizon, in one world."""
    event, competing = _ends(known, mentored, outcome, world)
    since = np.where(event <= competing, event, _NEVER) - mentored["month"].to_numpy()
    return [(since <= months).mean() for months in HORIZONS]


def _differences(followed: pd.DataFrame, cluster: str) -> pd.DataFrame:
    result = cumulative_incidence(
        followed,
        entry="entry",
        exit="exit",
        cause="cause",
        by="arm",
        weights="weight",
        cluster=cluster,
        at=HORIZONS,
    )
    table = result.difference("mentored", "comparison")
    table = table[table["state"] == "event"].rename(columns={"time": "horizon_months"})
    return table[["horizon_months", "estimate", "std_error"]].reset_index(drop=True)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Per outcome, horizon and cluster, over the replications; see the head of the file."""
    half = NormalDist().inv_cdf(0.975)
    parts = []
    for key, own in rows.groupby(["outcome", "horizon_months", "cluster"], sort=False):
        estimate, error = own["estimate"], own["std_error"]
        truth = own["risk_mentored"] - own["risk_never"]
        p1, p0, n = own["risk_mentored"].mean(), own["risk_never"].mean(), len(own)
        more = (p0 * (1 - p0) - p1 * (1 - p1)) / own["n_mentored"].mean()
        miss = estimate - truth
        parts.append(
            dict(zip(("outcome", "horizon_months", "cluster"), key, strict=True))
            | {
                "n_replications": n,
                "mean_truth": 100 * truth.mean(),
                "bias_over_sd": miss.mean() / miss.std(),
                "error_over_sd": error.mean() / estimate.std(),
                "error_over_sd_of_these": error.mean() / miss.std(),
                "expected_of_these": (1 + more / (error**2).mean()) ** -0.5,
                "mc_error": 1 / np.sqrt(2 * n),
                "coverage": ((estimate - truth.mean()).abs() <= half * error).mean(),
                "coverage_of_these": (miss.abs() <= half * error).mean(),
            }
        )
    return pd.DataFrame(parts)


def main() -> None:
    n_replications = int(sys.argv[1]) if len(sys.argv) > 1 else ENOUGH
    parts, began = [], time.monotonic()
    for number, stream in enumerate(np.random.default_rng(SEED).spawn(n_replications), start=1):
        parts.append(replication(stream))
        if number % 100 == 0:
            print(f"{number}/{n_replications}, {time.monotonic() - began:.0f} s", flush=True)
    table = summary(pd.concat(parts, ignore_index=True))
    folder = "results" if n_replications >= ENOUGH else "out"
    text = table.to_csv(index=False, float_format="%.4g")
    io.write_bytes(PROJECT / "benchmarks" / folder / "matched_errors.csv", text.encode())
    print(table.to_string(index=False, float_format=lambda value: f"{value:.3f}"))


if __name__ == "__main__":
    main()
