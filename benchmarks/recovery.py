"""Are the estimates right? The whole path on many invented organisations, against their truth.

    python -m benchmarks.recovery [N_SEEDS] [FIRST_SEED]

Each seed invents an organisation by the default settings and runs the stages from the raw exports
to the estimates, as a user's run would. Written to benchmarks/results/ (fewer than 20 seeds: to
benchmarks/out/, which git ignores):

    recovery_rows.csv       one row per seed, outcome, quantity and horizon: estimate and truth
    recovery_summary.csv    one row per outcome, quantity and horizon, over the seeds: mean truth,
                            bias over SD, mean error over SD, share of intervals that hold the truth
"""

import os
import sys
import tempfile
import time
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from benchmarks.replications import KEY, beside_truth
from mentor_outcomes import io, schema
from mentor_outcomes.simulation.potential import PotentialOutcomes
from mentor_outcomes.simulation.truth import true_effects
from mentor_outcomes.tables.pseudonyms import PUBLIC_KEY, pseudonyms

PROJECT = Path(__file__).resolve().parents[1]
RESULTS = PROJECT / "benchmarks" / "results"
STAGES = ("simulate", "ingest", "score", "panel", "groups", "estimate")
DEFAULT_SEED = 20241122
ENOUGH_SEEDS = 20


def truth_beside_estimates(folder: Path) -> pd.DataFrame:
    """One row per headline estimate of the finished study in `folder`, with its truth.

    The naive contrast stands beside where it has the same quantity and horizon.
    """
    study = yaml.safe_load((folder / "params.yaml").read_text(encoding="utf-8"))
    estimates = io.read(schema.ESTIMATES, folder)
    estimates = estimates[(estimates["role"] == "protege") & (estimates["contrast"] == "any")]
    truth = true_effects(
        _potential(folder),
        _matched_mentored(folder),
        horizons_months=study["analysis"]["horizons_months"],
    )
    return beside_truth(estimates, truth)


def _potential(folder: Path) -> PotentialOutcomes:
    place = folder / "data" / "simulated" / "truth"
    return PotentialOutcomes(
        **{name: pd.read_parquet(place / f"{name}.parquet") for name in ("events", "pay", "scores")}
    )


def _matched_mentored(folder: Path) -> pd.DataFrame:
    """The matched mentored under the ids of the exports."""
    sets = io.read(schema.MATCHED_SETS, folder)
    people = pd.read_csv(folder / "data" / "simulated" / "people.csv", dtype="str")["person_id"]
    ids = pd.Series(people.to_numpy(), index=pseudonyms(people, PUBLIC_KEY).to_numpy())
    mentored = sets[sets["is_mentored"]]
    return mentored.assign(person_id=mentored["person_id"].map(ids))


def one_seed(seed: int, *, changes: dict) -> pd.DataFrame:
    """Run the stages on one invented organisation in a folder of its own."""
    params = yaml.safe_load((PROJECT / "params.yaml").read_text(encoding="utf-8"))
    params["study"]["seed"] = seed
    for section, keys in changes.items():
        params[section].update(keys)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = yaml.safe_dump(params, sort_keys=False)
        (folder / "params.yaml").write_text(text, encoding="utf-8")
        os.chdir(folder)
        for stage in STAGES:
            import_module(f"pipelines.{stage}").main()
        rows = truth_beside_estimates(folder)
        os.chdir(PROJECT)
    return rows.assign(seed=seed)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Per outcome, quantity and horizon, over the seeds."""
    rows = rows.assign(
        error=rows["estimate"] - rows["truth"],
        holds_truth=(rows["ci_low"] <= rows["truth"]) & (rows["truth"] <= rows["ci_high"]),
        naive_holds_truth=(
            (rows["naive_ci_low"] <= rows["truth"]) & (rows["truth"] <= rows["naive_ci_high"])
        ),
    )
    by = rows.groupby(KEY)
    sd = by["error"].std()
    out = pd.DataFrame(
        {
            "n_seeds": by.size(),
            "mean_truth": by["truth"].mean(),
            "mean_estimate": by["estimate"].mean(),
            "mean_naive": by["naive_estimate"].mean(),
            "bias_over_sd": by["error"].mean() / sd,
            "mean_error_over_sd": by["std_error"].mean() / sd,
            "coverage": by["holds_truth"].mean(),
            "naive_coverage": by["naive_holds_truth"].mean(),
        }
    )
    out.loc[out["mean_naive"].isna(), "naive_coverage"] = np.nan
    return out.reset_index()


def run(seeds: list[int], changes: dict | None = None, *, label: str = "recovery") -> pd.DataFrame:
    """All seeds, two at a time, with a line for each; the results on disk."""
    parts, began = [], time.monotonic()
    # A fresh process each: what the stages leave in memory does not add up over the seeds.
    with get_context("spawn").Pool(2, maxtasksperchild=1) as pool:
        for rows in pool.imap_unordered(partial(one_seed, changes=changes or {}), seeds):
            parts.append(rows)
            print(
                f"{label}: {len(parts)}/{len(seeds)}, {time.monotonic() - began:.0f} s", flush=True
            )
    rows = pd.concat(parts).sort_values(["seed", *KEY], ignore_index=True)
    table = summary(rows)
    folder = RESULTS if len(seeds) >= ENOUGH_SEEDS else RESULTS.with_name("out")
    for name, frame in (("rows", rows), ("summary", table)):
        text = frame.to_csv(index=False, float_format="%.6g")
        io.write_bytes(folder / f"{label}_{name}.csv", text.encode())
    holds = (rows["ci_low"] <= rows["truth"]) & (rows["truth"] <= rows["ci_high"])
    print(table.to_string(float_format=lambda value: f"{value:.3f}"))
    print(f"{label}: {holds.mean():.1%} of {len(rows)} headline intervals hold the truth")
    return table


if __name__ == "__main__":
    n_seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    first = int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_SEED
    run(list(range(first, first + n_seeds)))
