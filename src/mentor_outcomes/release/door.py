"""Results become publishable tables, or are refused."""

from collections.abc import Callable, Mapping

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import PrivacyError
from mentor_outcomes.release.balances import release_balance
from mentor_outcomes.release.descriptions import (
    release_checks,
    release_overlap,
)
from mentor_outcomes.release.effects import release_curves, release_estimates, release_verdicts
from mentor_outcomes.release.flows import (
    release_flow,
    release_ingest_counts,
    release_promotion_counts,
)
from mentor_outcomes.release.surveys import (
    release_response_rates,
    release_scale_invariance,
    release_scale_quality,
)
from mentor_outcomes.study import Release

PERSONAL_COLUMNS = frozenset(
    {
        "person_id",
        "mentor_id",
        "protege_id",
        "manager_id",
        "rater_id",
        "mentorship_id",
        "offer_id",
        "set_id",
    }
)


def release_tables(
    tables: Mapping[str, pd.DataFrame], settings: Release
) -> dict[str, pd.DataFrame]:
    """The tables that may be published, as `schema.released` promises them.

    Behind every figure stand at least `settings.minimum_people`; what does not is missing, with
    everything that could give it back. Counts are multiples of `settings.round_counts_to`.

    Parameters
    ----------
    tables   by name; exactly those of `schema.RELEASED`

    Raises
    ------
    PrivacyError   for a table that is not a result, or that has a column about single people
    """
    _refuse_personal(tables)
    steps = _steps(tables, settings)
    public = {}
    for table in schema.RELEASED:
        table.check(tables[table.name])
        ordered = tables[table.name].sort_values(list(table.key)).reset_index(drop=True)
        frame = steps[table.name](ordered)
        public[table.name] = schema.released(table).check(frame.reset_index(drop=True))
    return public


def _steps(
    tables: Mapping[str, pd.DataFrame], settings: Release
) -> dict[str, Callable[[pd.DataFrame], pd.DataFrame]]:
    curves, estimates, overlap = tables["curves"], tables["estimates"], tables["overlap"]
    return {
        "ingest_counts": lambda frame: release_ingest_counts(frame, settings),
        "promotion_counts": lambda frame: release_promotion_counts(frame, settings),
        "scale_quality": lambda frame: release_scale_quality(frame, settings),
        "scale_invariance": lambda frame: release_scale_invariance(frame, settings),
        "response_rates": lambda frame: release_response_rates(frame, settings),
        "flow": lambda frame: release_flow(frame, settings),
        "balance": lambda frame: release_balance(frame, overlap, settings),
        "overlap": lambda frame: release_overlap(frame, settings),
        "estimates": lambda frame: release_estimates(frame, curves, settings),
        "curves": lambda frame: release_curves(frame, estimates, settings),
        "checks": lambda frame: release_checks(frame, overlap, settings),
        "verdicts": lambda frame: release_verdicts(
            frame, release_estimates(estimates, curves, settings), settings
        ),
    }


def _refuse_personal(tables: Mapping[str, pd.DataFrame]) -> None:
    for name, frame in tables.items():
        personal = sorted(PERSONAL_COLUMNS.intersection(map(str, frame.columns)))
        if personal:
            raise PrivacyError(
                f"{name} has {', '.join(personal)}: its rows are about single people.",
                expected="tables whose rows describe groups of people.",
                remedy="publish a summary of it; tables about people stay in data/.",
            )
    allowed = [table.name for table in schema.RELEASED]
    strangers = sorted(set(tables) - set(allowed))
    if strangers:
        raise PrivacyError(
            f"the release was handed {', '.join(strangers)}.",
            expected=f"only {', '.join(allowed)}.",
            remedy="write a rule in release/ and name it in schema.RELEASED, or leave it in data/.",
        )
    missing = [name for name in allowed if name not in tables]
    if missing:
        raise PrivacyError(
            f"the release was not handed {', '.join(missing)}.",
            expected="every result at once: figures are hidden by what others would give back.",
            remedy="pass an empty table where a study has no such results.",
        )
