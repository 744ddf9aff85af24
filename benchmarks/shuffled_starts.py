"""Starts given to others by lot: the emulation must find nothing, the naive contrast will.

    python -m benchmarks.shuffled_starts [N_SHUFFLES] [N_PROCESSES]

In the default study every first mentorship that starts inside the window is given, on its day, to
somebody drawn by lot among all those in the same grade and year of tenure who are at work that day
and have had no mentorship by then (by the new starts): the one who had it may be drawn again. So
whose start it is has nothing to do with what happens later, and the true effect of the new starts
is nothing, whatever mentoring did to those really mentored. Whoever was mentored before the window
is left as they are. All the rest is the study's own path, from the table of mentorships to panel,
matched sets, weights and risks. What is left of an ever/never contrast is immortal time: nobody who
left early could be drawn late. Written (fewer than 100 shuffles: to benchmarks/out/):

    benchmarks/results/shuffled_starts.csv   one row per shuffle and outcome: risk differences per
                                             100 people at the main horizon, of the emulation and of
                                             the naive contrast, with their errors; shuffle 0: the
                                             starts as they were
    docs/shuffled_starts.svg                 the same, drawn
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.event_headlines import (
    WANTED,
    event_study,
    headline_rows,
    naive_rows,
)
from benchmarks.kept_seeds import OUT, kept_seeds, n_processes, read_part
from benchmarks.panel_queries import panel_by_queries
from benchmarks.study_in_memory import PROJECT, designed, intake_of, with_groups
from mentor_outcomes import io
from mentor_outcomes.figures.style import INK, QUIET, styled, svg_bytes
from mentor_outcomes.simulation import simulate
from mentor_outcomes.study import Figures, Study, load_study

ENOUGH = 100
AS_THEY_WERE = 0
SEED = 20241128
_FILES = ("event_headlines.py", "panel_queries.py", "shuffled_starts.py", "replications.py")
_LABELS = {"promotion": "promoted", "voluntary_exit": "left by choice"}
_LOOKS = {"emulated": ("#0B5C8A", "matched sets"), "naive": ("#C4551B", "ever against never")}


def shuffled_mentorships(
    mentorships: pd.DataFrame,
    first: pd.DataFrame,
    spells: pd.DataFrame,
    *,
    observed_from: pd.Timestamp,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """`mentorships` with every first start inside the window given to somebody drawn by lot.

    first    first mentorships of proteges, as of the panel; spells as of the panel

    Later mentorships of those whose start is given away go with nobody. A start goes to nobody if
    who had it was not at work that day and the day before.
    """
    starts = first[first["started_on"] >= observed_from]
    rows = mentorships.merge(
        starts[["person_id", "started_on"]].rename(columns={"person_id": "protege_id"}),
        on=["protege_id", "started_on"],
    )
    rows = rows.sort_values(["started_on", "mentorship_id"]).drop_duplicates("protege_id")
    rows = rows.reset_index(drop=True)
    before = first.loc[first["started_on"] < observed_from, "person_id"]
    given_to = _drawn(rows, before, _Work.of(spells), rng)
    is_given = np.array([person is not None for person in given_to])
    moved = rows[is_given].assign(
        protege_id=pd.array([p for p in given_to if p is not None], dtype="str")
    )
    stays = mentorships[~mentorships["protege_id"].isin(starts["person_id"])]
    return pd.concat([stays, moved[mentorships.columns]], ignore_index=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """Stretches of employment as arrays; days count from 1970. `grade` is -1 if not recorded."""

    person: np.ndarray
    first: np.ndarray
    until: np.ndarray
    hired: np.ndarray
    grade: np.ndarray
    is_away: np.ndarray

    @classmethod
    def of(cls, spells: pd.DataFrame) -> "_Work":
        days = {
            name: spells[name].to_numpy().astype("datetime64[D]").astype(np.int64)
            for name in ("from_on", "until_on", "hired_on")
        }
        return cls(
            person=spells["person_id"].to_numpy(dtype=object),
            first=days["from_on"],
            until=days["until_on"],
            hired=days["hired_on"],
            grade=spells["grade"].fillna(-1).to_numpy(dtype=np.int64),
            is_away=spells["is_on_leave"].to_numpy(dtype=bool),
        )

    def cells(self, day: int) -> dict[str, tuple[int, int]]:
        """Grade the day before and year of tenure of everybody at work on both days."""
        that_day = (self.first <= day) & (day < self.until) & ~self.is_away
        there = set(self.person[that_day])
        eve = np.flatnonzero((self.first < day) & (day <= self.until) & ~self.is_away)
        years = np.floor((day - self.hired[eve]) / 365.25).astype(int)
        cells = zip(self.grade[eve].tolist(), years.tolist(), strict=True)
        return {
            person: cell
            for person, cell in zip(self.person[eve], cells, strict=True)
            if person in there
        }


def _drawn(
    starts: pd.DataFrame, before: pd.Series, work: _Work, rng: np.random.Generator
) -> list[str | None]:
    """Who is given each start, day after day; None: nobody."""
    has_started, given_to = set(before), []
    days = starts["started_on"].to_numpy().astype("datetime64[D]").astype(np.int64)
    for day, own, mentor in zip(days, starts["protege_id"], starts["mentor_id"], strict=True):
        cells = work.cells(day)
        alike = sorted(
            person
            for person, cell in cells.items()
            if cell == cells.get(own) and person not in has_started and person != mentor
        )
        chosen = alike[rng.integers(len(alike))] if alike else None
        given_to.append(chosen)
        has_started.add(chosen)
    return given_to


@cache
def _organisation() -> tuple[Study, Mapping[str, pd.DataFrame], Mapping[str, pd.DataFrame]]:
    """The default study with the tables of data/tables and of data/panel, made once."""
    default = load_study(str(PROJECT / "params.yaml"))
    study = event_study(
        n_people=default.simulation.n_people,
        seed=default.study.seed,
        observed_to=default.study.observed_to,
    )
    exports = simulate(
        study.simulation,
        study.study,
        study.scales,
        longest_horizon_months=int(max(study.analysis.horizons_months)),
    ).exports
    tables = intake_of(exports, study)
    return study, tables, panel_by_queries(tables, study, WANTED)


def one_shuffle(number: int) -> dict[str, pd.DataFrame]:
    """Its rows, one per outcome; the shuffle `AS_THEY_WERE` leaves the starts where they are."""
    study, tables, panel = _organisation()
    first = panel["first_mentorships"]
    n_starts = int((first["role"] == "protege").sum())
    if number != AS_THEY_WERE:
        mentorships = shuffled_mentorships(
            tables["mentorships"],
            first[first["role"] == "protege"],
            panel["spells_at_risk"],
            observed_from=pd.Timestamp(study.study.observed_from),
            rng=np.random.default_rng([SEED, number]),
        )
        panel = panel_by_queries({**tables, "mentorships": mentorships}, study, WANTED)
        first = panel["first_mentorships"]
    tables = with_groups(panel, designed(panel, study))
    emulated = _at_main_horizon(headline_rows(tables, study), study)
    naive = _at_main_horizon(naive_rows(panel, study), study)
    rows = emulated.merge(naive, on="outcome", suffixes=("_emulated", "_naive"))
    rows = pd.DataFrame(
        {
            "shuffle": number,
            "outcome": rows["outcome"],
            "horizon_months": float(study.analysis.main_horizon_months),
            "emulated": rows["estimate_emulated"],
            "emulated_error": rows["std_error_emulated"],
            "naive": rows["estimate_naive"],
            "naive_error": rows["std_error_naive"],
            "n_starts": int((first["role"] == "protege").sum()),
            "n_starts_given_to_nobody": n_starts - int((first["role"] == "protege").sum()),
        }
    )
    return {"differences": rows}


def _at_main_horizon(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    is_asked = (rows["quantity"] == "risk_difference") & (
        rows["horizon_months"] == study.analysis.main_horizon_months
    )
    return rows.loc[is_asked, ["outcome", "estimate", "std_error"]]


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Per outcome and contrast, over the shuffles: mean, SD, share beyond 1.96 own errors."""
    shuffles = rows[rows["shuffle"] != AS_THEY_WERE]
    parts = []
    for outcome, own in shuffles.groupby("outcome", sort=False):
        for contrast in _LOOKS:
            estimate, error = own[contrast], own[f"{contrast}_error"]
            n, sd = len(own), estimate.std()
            parts.append(
                {
                    "outcome": outcome,
                    "contrast": contrast,
                    "n_shuffles": n,
                    "mean": estimate.mean(),
                    "mc_error": sd / np.sqrt(n),
                    "sd": sd,
                    "mean_error_over_sd": error.mean() / sd,
                    "share_beyond_1.96_errors": (estimate.abs() > 1.96 * error).mean(),
                    "least": estimate.min(),
                    "most": estimate.max(),
                }
            )
    return pd.DataFrame(parts)


def drawn(rows: pd.DataFrame, settings: Figures) -> Figure:
    """How often the shuffles find which difference, for each outcome. Call within `styled`."""
    shuffles = rows[rows["shuffle"] != AS_THEY_WERE]
    values = shuffles[list(_LOOKS)].to_numpy()
    width = 1.0  # per 100 people
    bins = np.arange(np.floor(values.min()) - width, np.ceil(values.max()) + 2 * width, width)
    outcomes = list(dict.fromkeys(shuffles["outcome"]))
    figure = Figure(figsize=(6.69, 2.6), layout="constrained")
    for axes, outcome in zip(
        figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0], outcomes, strict=True
    ):
        own = shuffles[shuffles["outcome"] == outcome]
        for contrast, (colour, label) in _LOOKS.items():
            axes.hist(own[contrast], bins, color=colour, alpha=0.85, label=label)
        axes.axvline(0, color=QUIET, linewidth=0.8)
        axes.set(title=_LABELS.get(outcome, outcome.replace("_", " ")))
        axes.set_xlabel("difference per 100 people, 24 months")
    figure.axes[0].set_ylabel("shuffles")
    figure.axes[0].legend(loc="upper right", labelcolor=INK)
    return figure


def written(rows: pd.DataFrame, n_shuffles: int) -> None:
    is_enough = n_shuffles >= ENOUGH
    text = rows.to_csv(index=False, float_format="%.6g")
    folder = OUT.with_name("results") if is_enough else OUT
    io.write_bytes(folder / "shuffled_starts.csv", text.encode())
    settings = Figures()
    with styled(settings):
        picture = svg_bytes(drawn(rows, settings))
        io.write_bytes((PROJECT / "docs" if is_enough else OUT) / "shuffled_starts.svg", picture)


def differences(shuffles: Sequence[int], *, processes: int) -> pd.DataFrame:
    """One row per shuffle and outcome; those already there are read."""
    folder = kept_seeds(
        "shuffled_starts",
        shuffles,
        one_shuffle,
        benchmarks=_FILES,
        n_processes=processes,
        seeds_per_process=25,
    )
    return read_part(folder, shuffles, "differences").drop(columns="seed")


def main() -> None:
    n_shuffles = int(sys.argv[1]) if len(sys.argv) > 1 else ENOUGH
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else n_processes()
    rows = differences(range(AS_THEY_WERE, n_shuffles + 1), processes=processes)
    written(rows, n_shuffles)
    print(summary(rows).to_string(index=False, float_format=lambda value: f"{value:.3f}"))


if __name__ == "__main__":
    main()
