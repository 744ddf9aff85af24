"""Entities and scores become person-months, person-waves, spells at risk, events and starts."""

import ibis

from mentor_outcomes import io
from mentor_outcomes.panel import OPTIONAL, PANEL, REQUIRED, build_panel
from mentor_outcomes.study import load_study


def main() -> None:
    study = load_study("params.yaml", uses=("study", "exposure", "scales", "engine"))
    connection = getattr(ibis, study.engine).connect()  # engines bear the names Ibis gives them
    received = (*REQUIRED, *(table for table in OPTIONAL if io.exists(table)))
    tables = {table.name: io.scan(connection, table) for table in received}
    panel = build_panel(tables, section=study.study, exposure=study.exposure, scales=study.scales)
    for table in PANEL:
        io.write(table, io.collect(panel[table.name]))


if __name__ == "__main__":
    main()
