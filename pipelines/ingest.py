"""Received files become the tables of our entities, under pseudonyms."""

import os
import sys
from pathlib import Path

from mentor_outcomes import io, schema
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import load_study
from mentor_outcomes.tables import build_tables, config_folder, pseudonym_key


def main() -> None:
    study = load_study(uses=("study", "sources", "scales"))
    key = pseudonym_key(
        study.study.pseudonyms, os.environ, config_folder(os.environ, sys.platform, Path.home())
    )
    raw = {name: read_source(name, source) for name, source in study.sources.items()}
    tables = build_tables(raw, section=study.study, scales=study.scales, key=key)
    for table in (table for table in schema.ALL if table.folder == "data/tables"):
        if table.name in tables:
            io.write(table, tables[table.name])
        else:
            # A source that is no longer declared leaves no table behind.
            Path(table.path).unlink(missing_ok=True)
    for received in raw.values():
        for note in received.notes:
            print(f"{received.name}: {note}")


if __name__ == "__main__":
    main()
