"""An invented organisation's study without files between the stages: exports, panel, groups.

The exports are written to a temporary folder and read as a user's would be (a fifth of a second
for 1,000 people): so their forms, the questionnaires' three header rows among them, are read by
the code that reads real ones. From there on frames are handed over in memory.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa

from mentor_outcomes import io, schema
from mentor_outcomes.groups import DesignedGroups, design_groups, placebo_sets
from mentor_outcomes.measures import build_measures
from mentor_outcomes.panel import OPTIONAL, REQUIRED, build_panel
from mentor_outcomes.simulation import PotentialOutcomes, csv_bytes, simulate
from mentor_outcomes.simulation.parameters import Parameters
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import Study, load_study
from mentor_outcomes.tables import take_in, wanted_columns
from mentor_outcomes.tables.pseudonyms import PUBLIC_KEY, pseudonyms

PROJECT = Path(__file__).resolve().parents[1]
EXPORTS = "data/simulated"
PANEL = (schema.PERSON_MONTHS, schema.SPELLS_AT_RISK, schema.FIRST_MENTORSHIPS)
"""The tables of the panel that the comparison groups are made of."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """A study up to its panel.

    tables      panel and measures by name, as `estimate_study` reads them
    potential   the truth; missing where only exports were given
    export_id   id in the exports, by pseudonym
    """

    study: Study
    tables: Mapping[str, pd.DataFrame]
    potential: PotentialOutcomes | None
    export_id: pd.Series


def invented_study(*, n_people: int, seed: int, observed_to: date, **switches: float) -> Study:
    """The project's own study file with another organisation, window and seed."""
    study = load_study(str(PROJECT / "params.yaml"))
    return replace(
        study,
        study=replace(study.study, seed=seed, observed_to=observed_to),
        simulation=replace(study.simulation, n_people=n_people, **switches),
    )


def simulated(study: Study, parameters: Parameters | None = None) -> InMemory:
    """Invent the organisation of `study.simulation` and go on to its panel."""
    organisation = simulate(
        study.simulation,
        study.study,
        study.scales,
        longest_horizon_months=int(max(study.analysis.horizons_months)),
        parameters=parameters,
    )
    return replace(from_exports(organisation.exports, study), potential=organisation.potential)


def from_exports(
    exports: Mapping[str, pd.DataFrame], study: Study, *, key: bytes = PUBLIC_KEY, threads: int = 1
) -> InMemory:
    """The panel from exports, frames of text by file name."""
    tables = intake_of(exports, study, key=key)
    measures = build_measures(tables, study.scales)
    panel = panel_of({**tables, **measures}, study, threads=threads)
    return InMemory(study, {**measures, **panel}, None, pseudonyms_of(exports, key))


def intake_of(
    exports: Mapping[str, pd.DataFrame], study: Study, *, key: bytes = PUBLIC_KEY
) -> Mapping[str, pd.DataFrame]:
    """The tables of data/tables from the study's sources, by name."""
    intake = take_in(
        _received(exports, study),
        section=study.study,
        ingest=study.ingest,
        scales=study.scales,
        key=key,
        ledger=(),
    )
    if intake.refusals:
        raise intake.refusals[0]
    return intake.tables


def pseudonyms_of(exports: Mapping[str, pd.DataFrame], key: bytes = PUBLIC_KEY) -> pd.Series:
    """Id in the exports, by pseudonym."""
    ids = exports["people.csv"]["person_id"].astype("str")
    return pd.Series(ids.to_numpy(), index=pseudonyms(ids, key).to_numpy())


def panel_of(
    tables: Mapping[str, pd.DataFrame], study: Study, *, threads: int = 1
) -> dict[str, pd.DataFrame]:
    """The tables of data/panel, by name."""
    connection = ibis.duckdb.connect(threads=threads)
    received = {}
    for table in (*REQUIRED, *OPTIONAL):
        if table.name in tables:
            frame = pa.Table.from_pandas(tables[table.name], preserve_index=False)
            connection.con.register(table.name, frame)
            received[table.name] = connection.table(table.name)
    made = build_panel(received, section=study.study, exposure=study.exposure, scales=study.scales)
    return {name: io.collect(expression) for name, expression in made.items()}


def designed(
    known: InMemory | Mapping[str, pd.DataFrame], study: Study, *, all_columns: bool = False
) -> DesignedGroups:
    """The comparison groups, from the columns that the stage reads (`all_columns`: from all)."""
    tables = known.tables if isinstance(known, InMemory) else known
    frames = [tables[table.name] for table in PANEL]
    if not all_columns:
        frames = [known_before(*both) for both in zip(PANEL, frames, strict=True)]
    return design_groups(
        *frames,
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
    )


def known_before(table: schema.Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Only the columns that the stage `groups` asks `io.read` for."""
    from pipelines.groups import KNOWN_BEFORE

    return frame[[name for name in frame.columns if table.role_of(name) in KNOWN_BEFORE]]


def with_groups(
    known: InMemory | Mapping[str, pd.DataFrame],
    groups: DesignedGroups,
    study: Study | None = None,
) -> dict[str, pd.DataFrame]:
    """What `estimate_study` reads; groups a year before the start only if a study is given.

    None are matched on last values: no benchmark asks for that sensitivity.
    """
    made = {name: getattr(groups, name) for name in groups.__dataclass_fields__}
    made["last_value_sets"] = schema.LAST_VALUE_SETS.empty()
    made["placebo_sets"] = (
        schema.PLACEBO_SETS.empty() if study is None else designed_a_year_before(known, study)
    )
    return {**(known.tables if isinstance(known, InMemory) else known), **made}


def designed_a_year_before(
    known: InMemory | Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Rows of PLACEBO_SETS, from the columns that the stage reads."""
    tables = known.tables if isinstance(known, InMemory) else known
    return placebo_sets(
        *(known_before(table, tables[table.name]) for table in PANEL),
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
    )[0]


def _received(exports: Mapping[str, pd.DataFrame], study: Study) -> dict:
    with tempfile.TemporaryDirectory() as name:
        for file, frame in exports.items():
            io.write_bytes(f"{name}/{EXPORTS}/{file}", csv_bytes(frame))
        return {
            source: read_source(
                source, layout, name, wanted=wanted_columns(source, layout, study.scales)
            )
            for source, layout in study.sources.items()
        }
