"""The design becomes a protocol and is put on record; no outcome is read."""

from pathlib import Path

import yaml

from mentor_outcomes import io, schema
from mentor_outcomes.figures import draw_design
from mentor_outcomes.release import design_entry, history_bytes, release_design, with_entry
from mentor_outcomes.release.design_record import DESIGN
from mentor_outcomes.reports import Results, protocol_content, render
from mentor_outcomes.study import load_study

REPORTS = Path("reports")
HISTORY = REPORTS / "design_history.json"
USES = (
    "study",
    "sources",
    "ingest",
    "scales",
    "exposure",
    "groups",
    "outcomes",
    "analysis",
    "checks",
    "release",
    "figures",
)


def main() -> None:
    study = load_study("params.yaml", uses=USES)
    public = release_design(
        {table.name: io.read(table) for table in schema.DESIGN_RELEASED}, study.release
    )
    recorded = io.read_json(HISTORY) or []
    entry = design_entry(
        study,
        {table.name: io.read(table) for table in DESIGN},
        public["overlap"],
        outcomes_already_estimated=outcomes_already_estimated(),
        history=recorded,
    )
    history = with_entry(recorded, entry)
    role, contrast = study.exposure.role, study.exposure.contrasts[0]
    drawings = draw_design(
        public,
        study.outcomes,
        study.analysis,
        study.figures,
        role=role,
        contrast=contrast,
        period=study.study.period,
    )
    words = {
        name: {"title": drawing.title, "description": drawing.description}
        for name, drawing in drawings.items()
    }
    results = Results(public, study, role=role, contrast=contrast)
    content = protocol_content(results, words, history)
    svgs = {name: drawing.svg for name, drawing in drawings.items()}
    io.write_bytes(REPORTS / "protocol.pdf", render("protocol", content, svgs))
    io.write_bytes(HISTORY, history_bytes(history))


def outcomes_already_estimated() -> bool:
    """Whether results lie here, or DVC has recorded that they did."""
    tables = (schema.ESTIMATES, schema.released(schema.ESTIMATES))
    lock = Path("dvc.lock")
    recorded = yaml.safe_load(lock.read_text(encoding="utf-8")) if lock.exists() else None
    stages = (recorded or {}).get("stages") or {}
    return any(io.exists(table) for table in tables) or "estimate" in stages


if __name__ == "__main__":
    main()
