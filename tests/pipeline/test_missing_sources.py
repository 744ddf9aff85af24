"""Whatever optional source a study lacks, it runs to both reports and says what it cannot tell."""

import shutil

import pytest

from mentor_outcomes import io, schema
from mentor_outcomes.study.recorded import RECORDED_IN
from tests.pipeline import scratch

AFTER_INGEST = ("ingest", "score", "panel", "groups", "estimate", "release", "report")
REQUIRED = {"people", "employment", "mentoring"}
ALL_SCALES = {
    "job_satisfaction",
    "turnover_intent",
    "self_efficacy",
    "socialization",
    "career_planning",
    "involvement",
    "motivation",
}
CASES = {
    "no pay": ({"pay"}, {"log_pay"}),
    "no survey": ({"survey"}, ALL_SCALES),
    "no job history": ({"jobs"}, {"promotion"}),
    "only what is required": (
        {"jobs", "pay", "leaves", "ratings", "requests", "survey", "offers", "unit_output"},
        {"promotion", "log_pay", *ALL_SCALES},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_study_without_an_optional_source_blocks_what_needs_it(case, finished, tmp_path):
    lacking, unanswered = CASES[case]
    folder = tmp_path / "study"
    shutil.copytree(finished / "data" / "simulated", folder / "data" / "simulated")
    for name in ("src", "pipelines"):
        shutil.copytree(finished / name, folder / name, ignore=scratch.IGNORED)
    params = scratch.read_params(finished)
    params["sources"] = {
        name: source for name, source in params["sources"].items() if name not in lacking
    }
    for setting in ("exact", "covariates", "splines"):
        params["groups"][setting] = [
            name
            for name in params["groups"][setting]
            if RECORDED_IN.get(name, ("people",))[0] not in lacking
        ]
    scratch.write_params(folder, params)
    for stage in AFTER_INGEST:
        scratch.stage(folder, stage)
    rows = io.read(schema.ESTIMATES, folder)
    headline = rows[rows["is_headline"]]
    for outcome, mine in headline.groupby("outcome"):
        is_blocked = (mine["status"] == "blocked").all()
        assert is_blocked == (outcome in unanswered), outcome
        assert mine.loc[mine["status"] == "blocked", "reason"].str.len().gt(20).all()
    verdicts = io.read(schema.VERDICTS, folder).set_index("outcome")["verdict"]
    assert (verdicts[list(unanswered)] == "not_reliable").all()
    for name in ("hr_report", "technical_report"):
        assert (folder / "reports" / f"{name}.pdf").stat().st_size > 10_000
