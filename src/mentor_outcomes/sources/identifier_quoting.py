"""Names of database tables, quoted so that nothing in them is taken for SQL."""

from mentor_outcomes.errors import StudyError


def table_parts(table: str | None, shown: str) -> tuple[str, ...]:
    """Schema and table, or the table only. Raises StudyError for what is no name of a table."""
    if table is None:
        raise StudyError(
            f"{shown} is a database, and no `table` is named.",
            expected="the table to read, such as `table: hr.job_history`.",
            remedy="add `table` to this source in params.yaml.",
        )
    parts = tuple(table.split("."))
    if len(parts) > 2 or not all(part.strip() and part.isprintable() for part in parts):
        raise StudyError(
            f"a source's `table` is {table!r}.",
            expected="the name of a table, or of its schema and table with a point between them.",
            remedy="correct `table` in params.yaml.",
        )
    return parts


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def quoted_table(table: str | None, shown: str) -> str:
    """`"hr"."job_history"` for hr.job_history."""
    return ".".join(quoted(part) for part in table_parts(table, shown))
