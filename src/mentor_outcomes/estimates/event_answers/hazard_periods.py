"""Records cut 12 months after the start, to see whether the hazard ratio changes with time."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import days_of_months

FIRST_YEAR, LATER = "first 12 months", "after 12 months"
"""Variants of a hazard ratio: within 12 months of the start, and from then on."""

YEAR = float(days_of_months(12))
"""12 average months, 365.25 days: an event on day 365 is within them, one on day 366 after."""

FLAG_OF = {FIRST_YEAR: "is_mentored_within_12_months", LATER: "is_mentored_for_longer"}


def before_and_after(records: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """Records by days since time zero, up to 12 months and from then on, under each variant's name.

    Rows across the cut are in both, with what ends them in the later one alone. The risk sets of
    one part have nobody of the other, so two models are the same as one with an interaction.
    """
    is_before, is_after = records["exit"] <= YEAR, records["entry"] >= YEAR
    before, after = records[~is_after], records[~is_before]
    is_cut = before["exit"] > YEAR
    return {
        FIRST_YEAR: before.assign(
            exit=before["exit"].clip(upper=YEAR), cause=before["cause"].mask(is_cut, "")
        ),
        LATER: after.assign(entry=after["entry"].clip(lower=YEAR)),
    }


def by_time_since_start(stretches: pd.DataFrame) -> pd.DataFrame:
    """Stretches of `spell_records`, cut where 12 months of being mentored are over.

    Two flags, `FLAG_OF`, say of each row how long its person has been mentored; both are false of
    those who are not. since_start is a row's, as of its entry; an event stays with the last part.
    """
    left = np.maximum(YEAR - stretches["since_start"], 0.0)
    cut = stretches["entry"] + left
    is_mentored = stretches["is_mentored"]
    is_across = is_mentored & (left > 0) & (cut < stretches["exit"])
    first = stretches.assign(
        exit=stretches["exit"].mask(is_across, cut), event=stretches["event"] & ~is_across
    )
    later = stretches[is_across].assign(entry=cut[is_across], since_start=YEAR)
    parts = pd.concat([first, later], ignore_index=True)
    is_later = parts["since_start"] >= YEAR
    return parts.assign(
        **{
            FLAG_OF[FIRST_YEAR]: parts["is_mentored"] & ~is_later,
            FLAG_OF[LATER]: parts["is_mentored"] & is_later,
        }
    )
