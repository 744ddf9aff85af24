"""Neither the order of rows, nor ids, nor the key, nor threads change a set or an estimate."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pandas as pd
import pytest
import yaml

from benchmarks.study_in_memory import InMemory, designed, from_exports, invented_study, with_groups
from mentor_outcomes import io, schema
from mentor_outcomes.estimates.study_estimates import MAKES, estimate_study
from mentor_outcomes.simulation import simulate
from mentor_outcomes.study import Groups
from tests.rearranged import other_names, rearranged

METHODS = get_type_hints(Groups)["method"].__args__
CLOSE = 1e-10
"""Sums of the same numbers in another order differ in their last digits only."""
OUTCOMES = ("promotion", "log_pay", "job_satisfaction")
PROJECT = Path(__file__).resolve().parents[2]
each_method = pytest.mark.parametrize("method", METHODS)


@pytest.fixture(scope="module")
def study():
    study = invented_study(n_people=260, seed=5, observed_to=date(2022, 12, 31))
    return replace(
        study,
        outcomes={name: study.outcomes[name] for name in OUTCOMES},
        scales={"job_satisfaction": study.scales["job_satisfaction"]},
        analysis=replace(study.analysis, horizons_months=(12, 24)),
    )


@pytest.fixture(scope="module")
def exports(study):
    return simulate(study.simulation, study.study, study.scales).exports


@pytest.fixture(scope="module")
def both(study, exports) -> tuple[InMemory, InMemory]:
    """The panel as it came, and with rows permuted, people renamed, another key, more threads.

    Both know people by the ids of the exports as they came.
    """
    rng = np.random.default_rng(8)
    names = other_names(exports, rng)
    assert sum(old != new for old, new in names.items()) > 200
    as_it_came = from_exports(exports, study, key=b"one key")
    again = from_exports(rearranged(exports, names, rng), study, key=b"another key", threads=2)
    back = {new: old for old, new in names.items()}
    return as_it_came, replace(again, export_id=again.export_id.map(back))


def answered(known: InMemory, method: str):
    """Sets under ids of the exports, other tables of the design, and what is estimated."""
    study = replace(known.study, groups=replace(known.study.groups, method=method))
    groups = designed(known, study)
    tables = {name: getattr(groups, name) for name in groups.__dataclass_fields__}
    return _sets(groups.matched_sets, known.export_id), {
        **tables,
        **estimate_study(with_groups(known, groups, study), study),
    }


def _sets(matched_sets: pd.DataFrame, export_id: pd.Series) -> pd.DataFrame:
    """Who is in a set with whom; a set is called after the least of its mentored people."""
    key = ["role", "contrast", "eligibility", "set_id"]
    sets = matched_sets.assign(person=matched_sets["person_id"].map(export_id))
    mentored = sets[sets["is_mentored"]].groupby(key)["person"].min().rename("of")
    sets = sets.join(mentored, on=key)
    assert sets[["person", "of"]].notna().all(axis=None)
    order = ["role", "contrast", "eligibility", "of", "time_zero", "person", "is_mentored"]
    columns = [name for name in sets.columns if name not in ("set_id", "person_id")]
    return sets.sort_values(order)[columns].reset_index(drop=True)


def assert_close(one: pd.DataFrame, other: pd.DataFrame, table: schema.Table) -> None:
    a, b = (frame.sort_values(list(table.key)).reset_index(drop=True) for frame in (one, other))
    pd.testing.assert_frame_equal(b, a, rtol=CLOSE, atol=CLOSE)


@each_method
def test_order_ids_and_key_change_no_set_and_no_estimate(both, method):
    (sets, made), (sets_again, made_again) = (answered(known, method) for known in both)
    assert len(sets) > 100
    pd.testing.assert_frame_equal(sets_again, sets, rtol=CLOSE, atol=CLOSE)
    for table in (schema.FLOW, schema.OVERLAP, schema.BALANCE):
        assert_close(made[table.name], made_again[table.name], table)
    for table in MAKES:
        if table is not schema.CENSORING_WEIGHTS:  # its rows bear pseudonyms
            assert_close(made[table.name], made_again[table.name], table)
    assert (made["estimates"]["status"] == "estimated").sum() > 8


def test_another_number_of_threads_changes_no_byte(both, tmp_path):
    """The stages groups and estimate, by every method, in a fresh process per thread count."""
    made = [_bytes(both[0], tmp_path / str(threads), threads) for threads in (1, 2)]
    assert len(made[0]) >= len(METHODS) * (3 + len(MAKES))
    assert made[0].keys() == made[1].keys()
    assert [name for name, content in made[0].items() if content != made[1][name]] == []


_STAGES = """
import os, sys
from pipelines import estimate, groups
for folder in sys.argv[1:]:
    os.chdir(folder)
    groups.main()
    estimate.main()
"""


def _bytes(known: InMemory, folder: Path, threads: int) -> dict[str, bytes]:
    params = yaml.safe_load((PROJECT / "params.yaml").read_text(encoding="utf-8"))
    params["study"]["observed_to"] = known.study.study.observed_to.isoformat()
    params["analysis"] |= {"horizons_months": [12, 24], "windows_months": [[1, 12], [13, 24]]}
    params["outcomes"] = {name: params["outcomes"][name] for name in OUTCOMES}
    for method in METHODS:
        params["groups"]["method"] = method
        text = yaml.safe_dump(params, sort_keys=False)
        io.write_bytes(folder / method / "params.yaml", text.encode())
        for table in schema.ALL:
            if table.name in known.tables:
                io.write(table, known.tables[table.name], folder / method)
    counts = ("OMP", "OPENBLAS", "MKL", "NUMBA")
    environment = os.environ | {f"{name}_NUM_THREADS": str(threads) for name in counts}
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(PROJECT), str(PROJECT / "src"), os.environ.get("PYTHONPATH", "")]
    )
    subprocess.run(
        [sys.executable, "-c", _STAGES, *(str(folder / method) for method in METHODS)],
        check=True,
        env=environment,
    )
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*.parquet"))
    }
