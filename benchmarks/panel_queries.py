"""The panel's queries, made once per process: making them took two thirds of a seed's time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import ibis
import pandas as pd
import pyarrow as pa

from mentor_outcomes import io, schema
from mentor_outcomes.panel import OPTIONAL, REQUIRED, build_panel
from mentor_outcomes.study import Exposure, Scale, Study, StudySection


@dataclass(frozen=True, slots=True, eq=False)
class _PanelQueries:
    """Queries of the panel, on a connection in which the inputs stand under their names.

    expressions   kept alive: tables in memory that the queries name go when they go
    queries       name -> query, and the types of its columns
    """

    connection: ibis.BaseBackend
    expressions: Mapping[str, ibis.Table]
    queries: Mapping[str, tuple[str, pa.Schema]]

    def rows(self, inputs: Mapping[str, pa.Table]) -> dict[str, pd.DataFrame]:
        """Each table from these inputs, as `io.collect` would have it."""
        for name, table in inputs.items():
            self.connection.con.register(name, table)
        return {
            name: self.connection.con.sql(query).to_arrow_table().cast(types).to_pandas()
            for name, (query, types) in self.queries.items()
        }


def panel_by_queries(
    tables: Mapping[str, pd.DataFrame], study: Study, wanted: Sequence[schema.Table]
) -> dict[str, pd.DataFrame]:
    """The wanted tables of the panel, by name, from those of data/tables and data/measures."""
    inputs = {
        table.name: pa.Table.from_pandas(tables[table.name], preserve_index=False)
        for table in (*REQUIRED, *OPTIONAL)
        if table.name in tables
    }
    types = tuple((name, table.schema) for name, table in inputs.items())
    section = replace(study.study, seed=0)  # so that the next seed finds the same queries
    scales = tuple(study.scales.items())
    return _panel_queries(types, section, study.exposure, scales, tuple(wanted)).rows(inputs)


@cache
def _panel_queries(
    types,
    section: StudySection,
    exposure: Exposure,
    scales: tuple[tuple[str, Scale], ...],
    wanted: tuple[schema.Table, ...],
) -> _PanelQueries:
    """`types`: name and columns of each input, in pairs."""
    connection = ibis.duckdb.connect(threads=1)
    connection.raw_sql("SET enable_progress_bar = false")
    for name, columns in types:
        connection.con.register(name, columns.empty_table())
    received = {name: connection.table(name) for name, _ in types}
    made = build_panel(received, section=section, exposure=exposure, scales=dict(scales))
    made = {table.name: made[table.name] for table in wanted}
    for expression in made.values():
        io.collect(expression)  # only running it brings the tables in memory to the connection
    queries = {
        name: (ibis.to_sql(expression, dialect="duckdb"), expression.schema().to_pyarrow())
        for name, expression in made.items()
    }
    return _PanelQueries(connection, made, queries)
