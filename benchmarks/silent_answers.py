"""Do the weights mend what leaving and silence do, where these hang on recorded history?

    python -m benchmarks.silent_answers [N]

N panels (200) of 1,200 people for each way of answering, about half a second each, of
tests/silent_panel.py. Written to benchmarks/results/silent_answers.csv (N below 100:
benchmarks/out/): per way of answering and weighting the bias after two years, in points and in SDs
of the estimate, and the mean error over the SD. Ways: alike in both arms; the mentored answer less;
what is on record counts the other way among the mentored; the same with habits on top, which are
on no record.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from mentor_outcomes.estimates import censoring_weights, response_weights
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference
from mentor_outcomes.estimates.weights.censoring import follow_up_weights
from tests.selective_panel import GROUPS, SECTION, SelectivePanel
from tests.silent_panel import MOOD_EFFECT, silent_panel

FOLDER = Path(__file__).parent
MONTHS = 24
UNTRUNCATED = replace(GROUPS, truncate_weights_at=1.0)
HABIT_SD = 1.5
WAYS: dict[str, tuple[Callable, float]] = {
    "alike": (lambda promise, mentored: 0.5 + 0.8 * promise, 0.0),
    "mentored less": (lambda promise, mentored: 0.3 + 0.8 * promise - 1.2 * mentored, 0.0),
    "other way": (lambda promise, mentored: 0.3 + np.where(mentored, 0.8, -0.4) * promise, 0.0),
    "other way, habits": (
        lambda promise, mentored: 0.3 + np.where(mentored, 0.8, -0.4) * promise,
        HABIT_SD,
    ),
}


def differences(panel: SelectivePanel) -> Iterator[dict]:
    """One row per weighting: estimate less truth, and its error."""
    weights = censoring_weights(
        panel.matched_sets,
        panel.person_months,
        panel.first_mentorships,
        panel.events,
        section=SECTION,
        groups=UNTRUNCATED,
        longest_months=MONTHS,
    )
    response = response_weights(
        panel.person_waves, panel.person_months, answered="mood", groups=UNTRUNCATED
    )
    full = follow_up_weights(weights)
    bare = full.assign(weight=1.0)
    for name, follow_up, answered in (
        ("both", full, response),
        ("follow-up only", full, None),
        ("response only", bare, response),
        ("none", bare, None),
    ):
        found, _ = matched_wave_difference(
            panel.matched_sets,
            panel.person_waves,
            outcome="mood",
            months_since_start=[MONTHS],
            follow_up=follow_up,
            response=answered,
        )
        point = found.points.iloc[0]
        error = point["estimate"] - MOOD_EFFECT
        yield {"weights": name, "error": error, "std_error": point["std_error"]}


def weights_bias(n: int, seed: int = 20250601) -> pd.DataFrame:
    """One row per way of answering and weighting: n panels, the same people for all ways."""
    rows = [
        {"way": way, **row}
        for way, (log_odds, habit_sd) in WAYS.items()
        for child in np.random.SeedSequence(seed).spawn(n)
        for row in differences(
            silent_panel(np.random.default_rng(child), log_odds, habit_sd=habit_sd)
        )
    ]
    grouped = pd.DataFrame(rows).groupby(["way", "weights"], sort=False)
    spread = grouped["error"].std(ddof=1)
    bias = grouped["error"].mean()
    return pd.DataFrame(
        {
            "n": grouped.size(),
            "bias_points": bias,
            "bias_sd": bias / spread,
            "mean_error_over_sd": grouped["std_error"].mean() / spread,
        }
    ).reset_index()


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    folder = FOLDER / ("results" if n >= 100 else "out")
    folder.mkdir(exist_ok=True)
    table = weights_bias(n).round(4)
    table.to_csv(folder / "silent_answers.csv", index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
