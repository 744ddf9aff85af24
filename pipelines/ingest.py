"""Received files become the tables of our entities, under pseudonyms."""

import os
import sys
from pathlib import Path

from mentor_outcomes import io, schema
from mentor_outcomes.receiving import receive
from mentor_outcomes.study import load_study
from mentor_outcomes.tables import config_folder, pseudonym_key


def main() -> None:
    study = load_study(uses=("study", "sources", "ingest", "scales"))
    key = pseudonym_key(
        study.study.pseudonyms, os.environ, config_folder(os.environ, sys.platform, Path.home())
    )
    intake = receive(study, Path(), key)
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
