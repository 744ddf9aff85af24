"""Released tables become figures and two reports; nothing else is read."""

from pathlib import Path

from mentor_outcomes import io, schema
from mentor_outcomes.figures import draw_all
from mentor_outcomes.reports import Results, hr_content, render, technical_content
from mentor_outcomes.study import load_study

REPORTS = Path("reports")


def main() -> None:
    study = load_study(
        uses=(
            "study",
            "sources",
            "ingest",
            "scales",
            "exposure",
            "groups",
            "outcomes",
            "analysis",
            "release",
            "figures",
        )
    )
    role, contrast = study.exposure.role, study.exposure.contrasts[0]
    tables = {table.name: io.read(schema.released(table)) for table in schema.RELEASED}
    drawings = draw_all(
        tables,
        study.outcomes,
        study.analysis,
        study.figures,
        role=role,
        contrast=contrast,
        period=study.study.period,
    )
    (REPORTS / "figures").mkdir(parents=True, exist_ok=True)  # a study may have no figure
    for name, drawing in drawings.items():
        io.write_bytes(REPORTS / "figures" / f"{name}.svg", drawing.svg)
    svgs = {name: drawing.svg for name, drawing in drawings.items()}
    words = {
        name: {"title": drawing.title, "description": drawing.description}
        for name, drawing in drawings.items()
    }
    history = io.read_json(REPORTS / "design_history.json") or []
    results = Results(tables, study, role=role, contrast=contrast)
    for name, content in (
        ("hr_report", hr_content(results, words, history)),
        ("technical_report", technical_content(results, words, history)),
    ):
        io.write_bytes(REPORTS / f"{name}.pdf", render(name, content, svgs))


if __name__ == "__main__":
    main()
