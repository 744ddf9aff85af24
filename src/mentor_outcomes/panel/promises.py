"""What the panel asks of its inputs, and the types it promises of its outputs."""

from collections.abc import Mapping

import ibis

from mentor_outcomes import schema
from mentor_outcomes.errors import SchemaError
from mentor_outcomes.schema import Table

_TYPES = {
    "text": "string",
    "integer": "int64",
    "number": "float64",
    "flag": "boolean",
    "date": "timestamp(6)",
}
_CARRIERS = (schema.PEOPLE, schema.JOB_HISTORY, schema.PAY_HISTORY)
_MADE_ON_THE_WAY = (
    "spell",
    "hired_on",
    "left_on",
    "after",
    "valid_from",
    "valid_until",
    "grade_began",
    "grade_since",
    "is_change",
    "is_promotion",
    "last_sequence",
    "leave",
    "mentorship",
    "started_on",
    "year_before",
)


def without_rows(table: Table) -> ibis.Table:
    """The table with its promised columns and no rows."""
    types = {column.name: _TYPES[column.type] for column in table.columns}
    return ibis.memtable(table.empty(), schema=types)


def as_promised(expression: ibis.Table, table: Table) -> ibis.Table:
    """The promised columns with their types, then the others in the order of their names.

    A flag beyond the promised ones becomes a number, 0 or 1: it may be missing.
    """
    promised = {
        column.name: expression[column.name].cast(_TYPES[column.type]) for column in table.columns
    }
    others = {
        name: expression[name].cast(_type_of_extra(type_))
        for name, type_ in sorted(expression.schema().items())
        if name not in promised
    }
    return expression.select(**promised, **others)


def check_inputs(tables: Mapping[str, ibis.Table]) -> None:
    """Nothing, or the error that says which input cannot be used and why."""
    _check_exits(tables["employment_spells"])
    _check_pay(tables["pay_history"])
    _check_extras(tables)


def _type_of_extra(type_: ibis.expr.datatypes.DataType) -> str:
    if type_.is_numeric() or type_.is_boolean():
        return "float64"
    return "timestamp(6)" if type_.is_date() else "string"


def _check_exits(spells: ibis.Table) -> None:
    n_left = int(spells.left_on.count().execute())
    unexplained = spells.left_on.notnull() & spells.exit_kind.isnull()
    n_unexplained = int(spells.filter(unexplained).count().execute())
    if n_unexplained:
        raise SchemaError(
            f"{n_unexplained} of {n_left} exits in employment_spells have no exit_kind.",
            expected=f"one of {', '.join(schema.EXIT_KINDS)} wherever there is a left_on.",
            remedy="complete exit_kind in the employment extract; `other` where it is unknown.",
        )


def _check_pay(pay: ibis.Table) -> None:
    n_unusable = int(pay.filter(pay.annual_pay <= 0).count().execute())
    if n_unusable:
        raise SchemaError(
            f"{n_unusable} rows of pay_history have an annual_pay of zero or less.",
            expected="yearly full-time pay above zero, since its logarithm is analysed.",
            remedy="correct these rows in the pay extract, or leave their annual_pay empty.",
        )


def _check_extras(tables: Mapping[str, ibis.Table]) -> None:
    # Engines tell no capital from a small letter in a column's name.
    taken = {*schema.PERSON_MONTHS.column_names(), *_MADE_ON_THE_WAY}
    for carrier in _CARRIERS:
        extras = set(tables[carrier.name].columns) - set(carrier.column_names())
        clashes = sorted(name for name in extras if name.casefold() in taken)
        if clashes:
            raise SchemaError(
                f"{carrier.name} carries {', '.join(clashes)}, a name that is taken.",
                expected="extra columns with names that nothing else in person_months bears.",
                remedy="rename it in the extract and under `extra` of that source in params.yaml.",
            )
        taken |= {name.casefold() for name in extras}
