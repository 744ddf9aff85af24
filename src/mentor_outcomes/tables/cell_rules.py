"""Why a row cannot be used because of one of its cells."""

from mentor_outcomes.tables.parsing import KINDS, Parsed
from mentor_outcomes.tables.rows import Rule


def without_value(column: str) -> Rule:
    """Rows without a value that every row needs."""
    return Rule(
        f"no_{column}",
        column,
        f"have no {column}",
        f"{column} in every row.",
        "complete the column at the source, or leave these rows out of the extract.",
    )


def with_spaces(column: str) -> Rule:
    """Ids that are none: the same id without the spaces may be another person's."""
    return Rule(
        f"{column}_with_spaces",
        column,
        f"have a {column} with spaces around it",
        "ids without spaces before or after them.",
        "remove the spaces at the source.",
    )


def not_in_crosswalk(column: str) -> Rule:
    """Ids of another system that the crosswalk does not know."""
    return Rule(
        f"{column}_not_in_crosswalk",
        column,
        f"have a {column} that the crosswalk does not have",
        "every id of that system in the crosswalk, with the person's own id.",
        "complete the crosswalk.",
    )


def unreadable(column: str, kind: str, parsed: Parsed) -> Rule:
    """Values that are no date, number or word of their kind."""
    look = f" (one {parsed.look})" if parsed.look else ""
    return Rule(
        f"{column}_unreadable",
        column,
        f"have {column} that cannot be read{look}",
        f"{KINDS['whole' if kind == 'grade' else kind].expected}.",
        f"correct {column} at the source, or name the right column under columns of the source in "
        "params.yaml.",
    )
