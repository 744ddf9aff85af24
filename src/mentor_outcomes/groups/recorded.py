"""Covariates must have been recorded for somebody."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mentor_outcomes.errors import StudyError


def check_recorded(person_months: pd.DataFrame, asked_for: Mapping[str, Sequence[str]]) -> None:
    """Refuse columns without any value, all of them at once.

    Such a column drops out of every model in silence, while reports name it among what was
    controlled for. A source may be supplied and yet lack it: its profile may say that the provider
    has no such column, or every value may be one that cannot be read.

    asked_for   setting, such as groups.covariates -> the columns that it names
    """
    empty = {
        where: [name for name in names if len(person_months) and person_months[name].isna().all()]
        for where, names in asked_for.items()
    }
    found = [f"{where} names {', '.join(names)}" for where, names in empty.items() if names]
    if found:
        raise StudyError(
            f"{'; '.join(found)}, of which none of the {len(person_months):,} person-months has a "
            "value.",
            expected="covariates that are recorded: with the others nothing can be controlled for.",
            remedy="remove these names in params.yaml, or supply the column that records them "
            "(docs/raw_files.md says which).",
        )
