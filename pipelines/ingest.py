"""Received files become the tables of our entities, under pseudonyms."""

import os
import sys
from pathlib import Path

from mentor_outcomes import io, schema
from mentor_outcomes.sources import read_ledger, read_source
from mentor_outcomes.study import load_study
from mentor_outcomes.tables import (
    config_folder,
    ledger_of,
    pseudonym_key,
    take_in,
    wanted_columns,
)


def main() -> None:
    study = load_study(uses=("study", "sources", "ingest", "scales"))
    key = pseudonym_key(
        study.study.pseudonyms, os.environ, config_folder(os.environ, sys.platform, Path.home())
    )
    ledger = ledger_of(read_ledger(study.ingest.corrections), study.ingest.corrections)
    raw = {
        name: read_source(name, source, wanted=wanted_columns(name, source, study.scales))
        for name, source in study.sources.items()
    }
    intake = take_in(
        raw,
        section=study.study,
        ingest=study.ingest,
        scales=study.scales,
        key=key,
        ledger=ledger,
    )
    if intake.refusals:
        raise intake.refusals[0]
    for table in (table for table in schema.ALL if table.folder == "data/tables"):
        if table.name in intake.tables:
            io.write(table, intake.tables[table.name])
        else:
            # A source that is no longer declared leaves no table behind.
            Path(table.path).unlink(missing_ok=True)
    for note in intake.notes:
        print(note)


if __name__ == "__main__":
    main()
