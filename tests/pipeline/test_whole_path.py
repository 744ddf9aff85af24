"""From raw exports to both reports by `dvc repro`, and what must hold of such a run."""

import shutil
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from mentor_outcomes import io, schema
from tests.pipeline import scratch

PRODUCTS = ("data", "reports")
STAGES = (
    *("simulate", "ingest", "score", "panel", "groups"),
    *("plan", "protocol", "estimate", "release", "report"),
)


def test_one_command_makes_every_table_and_both_reports(finished):
    assert (finished / "reports/hr_report.pdf").read_bytes().startswith(b"%PDF")
    assert (finished / "reports/technical_report.pdf").read_bytes().startswith(b"%PDF")
    for table in schema.ALL:
        if io.exists(table, finished):
            io.read(table, finished)  # reading checks every promise of the schema
    estimates = io.read(schema.ESTIMATES, finished)
    assert set(estimates["outcome"]) == set(scratch.read_params(finished)["outcomes"])
    assert (estimates["status"] == "estimated").any()


def test_the_users_own_extracts_survive(finished):
    assert (finished / "data/raw/people.csv").read_text(encoding="utf-8") == "the user's own"


def test_no_person_level_column_passes_the_door(finished):
    for path in (finished / "reports").rglob("*.parquet"):
        assert not {"person_id", "set_id"} & set(pd.read_parquet(path).columns)


def test_a_second_run_does_nothing(finished):
    output = scratch.call(finished, ["dvc", "repro"]).stdout
    assert "Running stage" not in output


def test_a_changed_figure_setting_makes_the_reports_again_and_runs_nothing_else(finished, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    params = scratch.read_params(folder)
    params["figures"]["font_size"] = 10
    scratch.write_params(folder, params)
    output = scratch.call(folder, ["dvc", "repro"]).stdout
    ran = [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage")]
    assert ran == ["protocol", "report"]  # the two stages that draw


def test_runs_on_one_and_on_two_processors_give_the_same_bytes(finished, tmp_path):
    folder = scratch.make_study(tmp_path / "again")
    for name in STAGES:
        scratch.stage(folder, name, cpus={0})
    first, again = scratch.digests(finished, *PRODUCTS), scratch.digests(folder, *PRODUCTS)
    first.pop("data/raw/people.csv")
    assert again == first


@pytest.mark.parametrize(("name", "folder"), [("panel", "data/panel"), ("report", "reports")])
def test_a_stage_killed_half_way_and_run_again_gives_the_same_bytes(
    finished, tmp_path, name, folder
):
    copy = tmp_path / "copy"
    shutil.copytree(finished, copy)
    expected = scratch.digests(copy, folder)
    if name == "panel":
        shutil.rmtree(copy / folder)
    process = subprocess.Popen(
        [sys.executable, "-m", f"pipelines.{name}"],
        cwd=copy,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(2.0)
    process.send_signal(signal.SIGKILL)
    process.wait()
    whole = {path: digest for path, digest in scratch.digests(copy, folder).items()}
    for path, digest in whole.items():
        if "/." not in path:  # a temporary file may be left; nothing half-written has a real name
            assert digest == expected[path]
    scratch.stage(copy, name)
    after = {
        path: digest for path, digest in scratch.digests(copy, folder).items() if "/." not in path
    }
    assert after == expected
