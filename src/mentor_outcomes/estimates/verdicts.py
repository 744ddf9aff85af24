"""What may be said of an outcome: its interval, its smallest worthwhile effect, its checks."""

import numpy as np
import pandas as pd

PLAIN_NAMES = {
    "overlap": "too few people could have been in either group",
    "balance": "the two groups differed before the start",
    "unmatched_mentees": "many of the mentored had no comparable colleague",
    "flow": "not everybody is accounted for between the extract and the groups",
    "events_expected": "too few events are to be expected in one of the groups",
    "before_start_trend": "the two groups may have moved apart before the start",
    "placebo_start": "the mentored were already moving apart in the year before the start",
    "attrition": "one group stopped being observed more than the other",
    "response": "one group answered the survey more than the other",
    "linkage": "answers may have been linked to records unequally",
    "negative_controls": "an effect shows where mentoring can have none",
    "measurement_invariance": "answers may not mean the same in both groups",
    "common_source": "who was mentored and how they feel was told by the same people",
}
"""What it means when a check fails or is in doubt."""


def verdict(
    ci_low: float,
    ci_high: float,
    *,
    better: str,
    smallest_worthwhile: float,
    checks: pd.DataFrame,
    enrolment: str,
) -> tuple[str, str]:
    """The first verdict that fits, and because of what; the interval in the estimate's own sign.

    A failed or unevaluated check: not reliable. Interval inside the smallest worthwhile effect:
    too small to matter. Interval on one side of 0: (probably, or with a doubt: may) helps or
    hurts. Else: cannot tell. `probably` is dropped for randomised enrolment with all checks passed.
    """
    blocking = checks[checks["result"].isin(["failed", "not_evaluated"]) & ~checks["is_waived"]]
    if len(blocking):
        return "not_reliable", reasons(blocking)
    if not (np.isfinite(ci_low) and np.isfinite(ci_high)):
        return "not_reliable", "there is no estimate"
    low, high = (ci_low, ci_high) if better == "higher" else (-ci_high, -ci_low)
    doubtful = checks[checks["result"].eq("in_doubt") | checks["is_waived"]]
    because = reasons(doubtful)
    if max(abs(low), abs(high)) <= smallest_worthwhile:
        return "too_small_to_matter", because
    if low <= 0 <= high:
        return "cannot_tell", because
    direction = "help" if low > 0 else "hurt"
    if len(doubtful):
        return f"may_{direction}", because
    is_clean_trial = enrolment == "randomised"
    return (f"{direction}s" if is_clean_trial else f"probably_{direction}s"), because


def reasons(checks: pd.DataFrame) -> str:
    """The checks in plain words, in the order of the rules."""
    words = []
    for check, result, is_waived in zip(
        checks["check"], checks["result"], checks["is_waived"], strict=True
    ):
        name = check.replace("_", " ")
        if is_waived:
            words.append(f"the check '{name}' was waived")
        elif result == "not_evaluated":
            words.append(f"the check '{name}' was not evaluated")
        else:
            words.append(PLAIN_NAMES[check])
    return "; ".join(words)
