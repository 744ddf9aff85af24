"""What the design could show, and the checks it must pass; no outcome is read."""

from mentor_outcomes import io
from mentor_outcomes.estimates.plan import MAKES, READS, plan_study
from mentor_outcomes.study import load_study

KNOWN_BEFORE = ("identifier", "baseline", "exposure", "result")


def main() -> None:
    study = load_study("params.yaml", uses=("study", "exposure", "outcomes", "analysis", "checks"))
    tables = {table.name: io.read(table, roles=KNOWN_BEFORE) for table in READS}
    made = plan_study(tables, study)
    for table in MAKES:
        io.write(table, made[table.name])


if __name__ == "__main__":
    main()
