"""How many people stand at or above a scale's threshold, and below it, behind each share."""

from collections.abc import Sequence

import pandas as pd

from mentor_outcomes.estimates.inference.clustering import PEOPLE_AND_SETS
from mentor_outcomes.estimates.panel.matched_waves import scores_around
from mentor_outcomes.estimates.panel.mean_changes import Changes, Members, members_of
from mentor_outcomes.estimates.panel.score_shares import reaches

_ARMS = {"mentored": True, "comparison": False}


def share_cells(
    sets: pd.DataFrame,
    waves: pd.DataFrame,
    *,
    outcome: str,
    threshold: float,
    months_since_start: Sequence[float],
    follow_up: pd.DataFrame | None = None,
    response: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per moment: whom `share_above` counts there, by the score at that moment.

    n_events_mentored, n_events_comparison   distinct people at or above the threshold at any of
                the starts they are compared at
    n_smallest  the fewest of four: people at or above it, and the others, of either arm

    Parameters as of `share_above`. By hand in tests/spec/test_score_shares.py.
    """
    members = members_of(sets, PEOPLE_AND_SETS)
    rows = []
    for months in months_since_start:
        pairs = scores_around(
            sets,
            waves,
            outcome=outcome,
            months=months,
            follow_up=follow_up if months >= 0 else None,
            response=response,
        )
        found = Changes(
            months,
            pairs["member"].to_numpy(),
            reaches(pairs["score_then"], threshold).to_numpy(),
            pairs["weight"].to_numpy(),
        )
        counted = found if months >= 0 else found.of_complete_sets(members)
        rows.append({"moment": months} | _cells(counted, members))
    return pd.DataFrame(rows).set_index("moment")


def _cells(scores: Changes, members: Members) -> dict[str, int]:
    people = pd.DataFrame(
        {
            "person": members.clusters.people.codes[scores.member],
            "is_mentored": members.is_mentored[scores.member],
            "is_at": scores.change.astype(bool),
        }
    )[scores.weight > 0]
    cells, above = [], {}
    for arm, side in _ARMS.items():
        is_at = people[people["is_mentored"] == side].groupby("person")["is_at"].any()
        above[f"n_events_{arm}"] = int(is_at.sum())
        cells += [int(is_at.sum()), int((~is_at).sum())]
    return above | {"n_smallest": min(cells)}
