"""The protocol is made, and the design put on record, before and without any outcome."""

import ast
import json
import shutil
from pathlib import Path

import pytest
import yaml
from pypdf import PdfReader

from mentor_outcomes import io, schema
from mentor_outcomes.estimates.plan import READS
from mentor_outcomes.release.design_record import DESIGN
from tests.pipeline import scratch

HISTORY = "reports/design_history.json"
STAGES = yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8"))["stages"]
OF_OUTCOMES = ("data/panel", "data/measures", "data/estimates", "reports/released")


def history_of(folder: Path) -> list[dict]:
    return json.loads((folder / HISTORY).read_text(encoding="utf-8"))


@pytest.mark.parametrize("stage", ["plan", "protocol"])
def test_no_outcome_is_among_the_inputs_of_protocol_and_plan(stage):
    for dependency in STAGES[stage]["deps"]:
        assert not dependency.startswith(OF_OUTCOMES), dependency
        assert dependency != "data/tables", "the whole extract"
    tables = {"plan": READS, "protocol": (*schema.DESIGN_RELEASED, *DESIGN)}[stage]
    for table in tables:
        roles = {column.name: column.role for column in table.columns}
        assert "outcome" not in roles.values(), table.name
        assert table.folder in ("data/groups", "data/plan") or table.name == "ingest_counts"


def test_the_stage_reads_the_tables_that_are_named_and_no_others(finished, monkeypatch, tmp_path):
    """A spy at the one place where tables are read."""
    from pipelines import plan, protocol

    folder = shutil.copytree(finished, tmp_path / "study")
    monkeypatch.chdir(folder)
    seen = []
    read = io.read

    def spied(table, *places, **settings):
        seen.append(table.name)
        return read(table, *places, **settings)

    monkeypatch.setattr(io, "read", spied)
    plan.main()
    protocol.main()
    assert set(seen) == {table.name for table in (*READS, *schema.DESIGN_RELEASED, *DESIGN)}


def test_outcomes_are_estimated_only_after_the_design_is_on_record():
    assert HISTORY in STAGES["estimate"]["deps"]
    assert {HISTORY: {"cache": False, "persist": True}} in STAGES["protocol"]["outs"]
    assert HISTORY in STAGES["report"]["deps"]


def test_the_protocol_alone_needs_no_estimate(tmp_path):
    folder = scratch.make_study(tmp_path / "study")
    scratch.call(folder, ["dvc", "repro", "protocol"])
    assert not (folder / "data/estimates").exists()
    assert not (folder / "reports/released").exists()
    (entry,) = history_of(folder)
    assert entry["outcomes_already_estimated"] is False
    pdf = PdfReader(folder / "reports/protocol.pdf")
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
    assert entry["hash"] in text
    assert "made before any outcome was estimated" in text


def test_a_whole_run_records_the_design_once_and_before_outcomes(finished):
    (entry,) = history_of(finished)
    assert entry["outcomes_already_estimated"] is False
    pdf = PdfReader(finished / "reports/technical_report.pdf")
    text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
    assert entry["hash"] in text
    assert "and has not changed since" in text


def test_checks_before_outcomes_are_those_told_with_them(finished):
    before = io.read(schema.DESIGN_CHECKS, finished)
    after = io.read(schema.CHECKS, finished)
    key = list(schema.CHECKS.key)
    same = after[after["check"].isin(before["check"])].set_index(key).sort_index()
    assert before.set_index(key).sort_index().equals(same)


def test_running_again_records_nothing_and_another_caliper_is_a_late_change(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "study")
    first = (folder / HISTORY).read_bytes()
    scratch.stage(folder, "protocol")
    assert (folder / HISTORY).read_bytes() == first
    params = scratch.read_params(folder)
    params["groups"]["caliper_sd"] = 0.01
    scratch.write_params(folder, params)
    scratch.call(folder, ["dvc", "repro", "protocol"])
    scratch.stage(folder, "report")
    before, after = history_of(folder)
    assert after["outcomes_already_estimated"] is True
    assert (before["settings"]["groups.caliper_sd"], after["settings"]["groups.caliper_sd"]) == (
        *(0.2, 0.01),
    )
    pdf = PdfReader(folder / "reports/technical_report.pdf")
    text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
    assert "changed once since, after outcomes had been estimated" in text
    assert "groups: caliper SD: 0.2 to 0.01" in text


def test_dvc_knows_that_outcomes_were_estimated_though_the_results_are_gone(tmp_path, monkeypatch):
    from pipelines.protocol import outcomes_already_estimated

    monkeypatch.chdir(tmp_path)
    assert not outcomes_already_estimated()
    Path("dvc.lock").write_text("stages:\n  groups: {cmd: x}\n", encoding="utf-8")
    assert not outcomes_already_estimated()
    Path("dvc.lock").write_text("stages:\n  estimate: {cmd: x}\n", encoding="utf-8")
    assert outcomes_already_estimated()


def test_the_stages_that_make_the_protocol_import_nothing_that_reads_files_on_its_own():
    """Only `io` reads tables: a stage cannot reach an outcome by another way."""
    for stage in ("plan", "protocol"):
        tree = ast.parse(Path(f"pipelines/{stage}.py").read_text(encoding="utf-8"))
        names = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert names <= {"yaml"}, stage
