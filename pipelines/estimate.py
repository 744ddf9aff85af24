"""Panel and groups become estimates, curves, checks and verdicts for every declared outcome."""

from mentor_outcomes import io
from mentor_outcomes.estimates.study_estimates import MAKES, READS, estimate_study
from mentor_outcomes.study import load_study


def main() -> None:
    study = load_study(
        "params.yaml",
        uses=("study", "exposure", "groups", "outcomes", "analysis", "checks", "sources"),
    )
    made = estimate_study({table.name: io.read(table) for table in READS}, study)
    for table in MAKES:
        io.write(table, made[table.name])


if __name__ == "__main__":
    main()
