"""Results become publishable tables, or are refused."""

from collections.abc import Callable, Mapping
from functools import cache

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import PrivacyError
from mentor_outcomes.release.attritions import release_attrition
from mentor_outcomes.release.balances import release_balance
from mentor_outcomes.release.descriptions import beside_hidden_placebo, release_checks
from mentor_outcomes.release.effects import release_curves, release_estimates, release_verdicts
from mentor_outcomes.release.flows import (
    release_flow,
    release_ingest_counts,
    release_promotion_counts,
)
from mentor_outcomes.release.overlaps import (
    release_calibration,
    release_overlap,
    release_preference,
)
from mentor_outcomes.release.plans import release_detectable
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

_Steps = dict[str, Callable[[pd.DataFrame], pd.DataFrame]]
"""A rule for each table: what is left of its rows."""


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
    return _through(tables, schema.RELEASED, _steps, settings)


def release_design(
    tables: Mapping[str, pd.DataFrame], settings: Release
) -> dict[str, pd.DataFrame]:
    """What may be published of a design before any outcome is read.

    By the rules of `release_tables`, and these see the design's tables only: a table told here is
    told there with the same figures, so that the two together tell no more than either.

    Parameters
    ----------
    tables   by name; exactly those of `schema.DESIGN_RELEASED`

    Raises
    ------
    PrivacyError   for a table that is not of the design, or that has a column about single people
    """
    return _through(tables, schema.DESIGN_RELEASED, _design_steps, settings)


def _through(
    tables: Mapping[str, pd.DataFrame],
    allowed: tuple[schema.Table, ...],
    steps_of: Callable[[Mapping[str, pd.DataFrame], Release], _Steps],
    settings: Release,
) -> dict[str, pd.DataFrame]:
    _refuse_personal(tables, [table.name for table in allowed])
    steps = steps_of(tables, settings)
    public = {}
    for table in allowed:
        table.check(tables[table.name])
        ordered = tables[table.name].sort_values(list(table.key)).reset_index(drop=True)
        frame = steps[table.name](ordered)
        public[table.name] = schema.released(table).check(frame.reset_index(drop=True))
    return public


def _released_alike(tables: Mapping[str, pd.DataFrame], settings: Release) -> _Steps:
    """Rules of the tables that are told of a design before outcomes and after."""
    overlap = tables["overlap"]
    return {
        "ingest_counts": lambda frame: release_ingest_counts(frame, settings),
        "flow": lambda frame: release_flow(frame, settings),
        "balance": lambda frame: release_balance(frame, overlap, settings),
        "overlap": lambda frame: release_overlap(frame, settings),
        "preference": lambda frame: release_preference(frame, overlap, settings),
        "calibration": lambda frame: release_calibration(frame, settings),
    }


def _design_steps(tables: Mapping[str, pd.DataFrame], settings: Release) -> _Steps:
    overlap = tables["overlap"]
    return _released_alike(tables, settings) | {
        "design_checks": lambda frame: release_checks(frame, overlap, settings),
        "detectable": lambda frame: release_detectable(frame, settings),
    }


def _steps(tables: Mapping[str, pd.DataFrame], settings: Release) -> _Steps:
    curves, estimates, overlap = tables["curves"], tables["estimates"], tables["overlap"]

    @cache
    def told_estimates() -> pd.DataFrame:
        return release_estimates(estimates, curves, tables["attrition"], settings)

    return _released_alike(tables, settings) | {
        "promotion_counts": lambda frame: release_promotion_counts(frame, settings),
        "scale_quality": lambda frame: release_scale_quality(frame, settings),
        "scale_invariance": lambda frame: release_scale_invariance(frame, settings),
        "response_rates": lambda frame: release_response_rates(frame, settings),
        "estimates": lambda frame: told_estimates().sort_values(list(schema.ESTIMATES.key)),
        "attrition": lambda frame: release_attrition(frame, settings),
        "curves": lambda frame: release_curves(frame, estimates, settings),
        "checks": lambda frame: beside_hidden_placebo(
            release_checks(frame, overlap, settings), told_estimates(), settings
        ),
        "verdicts": lambda frame: release_verdicts(frame, told_estimates(), settings),
    }


def _refuse_personal(tables: Mapping[str, pd.DataFrame], allowed: list[str]) -> None:
    for name, frame in tables.items():
        personal = sorted(PERSONAL_COLUMNS.intersection(map(str, frame.columns)))
        if personal:
            raise PrivacyError(
                f"{name} has {', '.join(personal)}: its rows are about single people.",
                expected="tables whose rows describe groups of people.",
                remedy="publish a summary of it; tables about people stay in data/.",
            )
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
