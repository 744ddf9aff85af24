"""Annex: how often the intervals of this software hold the truth, as measured on organisations
whose truth is known. The numbers are stored results of the benchmarks, shipped with the package.
"""

from collections.abc import Mapping
from importlib.resources import files

import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import capitalised
from mentor_outcomes.reports.numbers import people, plain

COVERAGE, COX = "headline_coverage", "cox_coverage"
SHUFFLED, CHECKS = "shuffled_starts", "check_rates_studies"
PANEL = "panel_coverage"
STORED = (COVERAGE, PANEL, COX, SHUFFLED, CHECKS)
"""Files of `benchmarks/results` that are shipped as copies in `reports/annex`."""

HOW_TO_READ = (
    "Bias is the mean error of the estimates over their spread (SD); the standard error over the "
    "SD is 1 where errors tell the spread rightly; cover: of 100 intervals at 95% how many hold "
    "the truth. Behind \u00b1: the Monte Carlo standard error of the number before it."
)
_NOT_OF_THIS_STUDY = (
    "These numbers are not of this study: simulated organisations, whose truth is known, were "
    "analysed as studies are. How near the truth an estimate of this study is depends on "
    "its own records, above all on what no record holds."
)
_ORGANISATION = (
    "Organisations of {n_people:,} people over {years} years, by the default settings of the "
    "simulation with hidden selection off, answered by the default design: {n} of them. Chance in "
    "who was compared moves an estimate and the truth of these very people together. Standard "
    "errors are about all such people, so each estimate is judged against the mean truth of all "
    "organisations as well."
)
SIMULATED_PEOPLE, SIMULATED_YEARS = 1500, 5
"""Of `benchmarks.headline_coverage`."""
COX_PEOPLE = 400
"""Of `benchmarks.cox_coverage`."""
DESIGN = "risk_set_matching"
SHOWN_MONTHS = (0, 24)
"""Of `panel_coverage`: the default main horizon, and what has no horizon."""
_PANEL_METHODS = {
    "matched_difference": "difference in the sets",
    "matched_difference_without_weights": "without weights",
    "group_time_effects": "group-time effects",
    "two_way_fixed_effects": "two-way fixed effects",
}
_PANEL_QUANTITIES = {
    "difference": "at the horizon",
    "dynamic": "at the horizon",
    "group": "over all months",
    "coefficient": "over all months",
}
ABOUT_PANEL = (
    "Pay and scales, in organisations of the same kind in which leaving and answering hang on "
    "recorded history: {n} of them. Each estimate stands beside its own truth: the difference in "
    "the sets beside the effect on the people in them, had nobody left; group-time effects beside "
    "the effect on the people they compare; two-way fixed effects beside the truth of the "
    "group-time effect over all months, which is what its coefficient is read as."
)


def annex_sections() -> list[dict[str, object]]:
    """One section with the tables there are stored results of; none where there are none."""
    return annex_of({name: stored(name) for name in STORED})


def annex_of(results: dict[str, pd.DataFrame | None]) -> list[dict[str, object]]:
    """The section of these results, by the name of their file; None: not stored."""
    pieces = [
        piece
        for name, pieces_of in _PIECES.items()
        if results.get(name) is not None
        for piece in pieces_of(results[name])
    ]
    if not pieces:
        return []
    return [
        blocks.section(
            "Annex: how right is this?",
            blocks.text(f"{_NOT_OF_THIS_STUDY} {HOW_TO_READ}"),
            *pieces,
        )
    ]


def stored(name: str) -> pd.DataFrame | None:
    """A stored result of the benchmarks, if the package holds it."""
    found = files("mentor_outcomes.reports").joinpath("annex", f"{name}.csv")
    if not found.is_file():
        return None
    with found.open(encoding="utf-8") as lines:
        return pd.read_csv(lines)


def _coverage(rows: pd.DataFrame) -> list[dict[str, object]]:
    """Headline quantities of the events by horizon."""
    table = blocks.table(
        "Headline quantities: estimates beside the truth of the people compared, and beside the "
        "mean truth of all organisations (last two columns)",
        (
            "Outcome",
            "Quantity",
            "Months",
            "Truth",
            "Bias / SD",
            "Error / SD",
            "Cover, of 100",
            "Error / SD, all",
            "Cover, all",
        ),
        [
            (
                _words(row.outcome),
                _words(row.quantity),
                f"{row.horizon_months:g}",
                plain(row.mean_truth, 2),
                *_measured(row),
                plain(row.mean_error_over_sd_of_estimate, 2),
                plain(100 * row.coverage_of_mean_truth, 1),
            )
            for row in rows.itertuples()
        ],
        numeric=range(2, 9),
        widths=(1.5, 1.6, 0.75, 0.75, 1.25, 0.9, 1.25, 0.9, 0.9),
        size=7.5,
    )
    said = _ORGANISATION.format(
        n_people=SIMULATED_PEOPLE, years=SIMULATED_YEARS, n=_times(rows["n_replications"])
    )
    return [blocks.text(said), table]


def _panel(rows: pd.DataFrame) -> list[dict[str, object]]:
    """Pay and scales: each method beside its own truth, two-way fixed effects with their bias."""
    shown = rows[rows["horizon_months"].isin(SHOWN_MONTHS)]
    order = {name: place for place, name in enumerate(shown["outcome"].unique())}
    shown = shown.assign(place=shown["outcome"].map(order)).sort_values("place", kind="stable")
    table = blocks.table(
        f"Pay and scales after {max(SHOWN_MONTHS)} months: estimates beside the truth of the "
        "people compared, and beside the mean truth of all organisations (last two columns); pay "
        "in log points, scales in points; other horizons are in benchmarks/results",
        (
            "Outcome",
            "Method",
            "Effect",
            "Truth",
            "Bias / SD",
            "Error / SD",
            "Cover, of 100",
            "Error / SD, all",
            "Cover, all",
        ),
        [
            (
                _words(row.outcome),
                _PANEL_METHODS.get(row.method, _words(row.method)),
                _PANEL_QUANTITIES.get(row.quantity, _words(row.quantity)),
                plain(row.mean_truth, 3),
                *_measured(row),
                plain(row.mean_error_over_sd_of_estimate, 2),
                plain(100 * row.coverage_of_mean_truth, 1),
            )
            for row in shown.itertuples()
        ],
        numeric=range(3, 9),
        widths=(1.4, 1.5, 1.2, 0.7, 1.2, 0.85, 1.2, 0.85, 0.85),
        size=7,
    )
    return [blocks.text(ABOUT_PANEL.format(n=_times(rows["n_replications"]))), table]


def _cox(rows: pd.DataFrame) -> list[dict[str, object]]:
    """Terms of the time-varying Cox model on a proportional-hazards generator of its own."""
    return [
        blocks.table(
            f"Time-varying Cox model, {_times(rows['n_replications'])} replications of "
            f"{COX_PEOPLE} people whose hazard ratios are constant by construction",
            ("Term", "Truth, log hazard ratio", "Bias / SD", "Error / SD", "Cover, of 100"),
            [(_words(row.term), plain(row.truth, 2), *_measured(row)) for row in rows.itertuples()],
            numeric=range(1, 5),
            widths=(1.6, 1.5, 1.3, 0.9, 1.4),
        )
    ]


def _measured(row) -> tuple[str, str, str]:
    """Bias and its error, mean error over the SD, coverage and its error."""
    return (
        f"{plain(row.bias_over_sd, 2)} \u00b1 {plain(row.bias_mc_error, 2)}",
        plain(row.mean_error_over_sd, 2),
        f"{plain(100 * row.coverage, 1)} \u00b1 {plain(100 * row.coverage_mc_error, 1)}",
    )


def _checks(rows: pd.DataFrame) -> list[dict[str, object]]:
    """How often checks put an outcome in doubt or block it: where all is well, and where not."""
    return [
        blocks.text(
            "Checks cry wolf where they stop an outcome of a clean organisation, and catch where "
            "they stop one in which promise that no record holds decides who gets a mentor. Bias "
            "and cover are those of the estimates as they would be told without any check."
        ),
        blocks.table(
            "Of 100 studies by the default design, how many have the outcome in doubt or worse, "
            "and how many blocked",
            (
                "Organisation",
                "Outcome",
                "Studies",
                "In doubt or worse",
                "Blocked",
                "Bias / SD",
                "Cover, of 100",
            ),
            [
                (
                    _words(row.organisation),
                    _words(row.outcome),
                    people(row.n_seeds),
                    plain(100 * row.share_in_doubt, 0),
                    plain(100 * row.share_blocked, 0),
                    plain(row.bias_over_sd, 2),
                    plain(100 * row.coverage, 0),
                )
                for row in rows[rows["design"] == DESIGN].itertuples()
            ],
            numeric=range(2, 7),
            widths=(1.6, 1.5, 0.7, 1.3, 0.8, 0.8, 1),
        ),
    ]


def _shuffled(rows: pd.DataFrame) -> list[dict[str, object]]:
    """What both contrasts find where starts are shuffled, so that mentoring can do nothing."""
    made_up = rows[rows["shuffle"] > 0]
    n_shuffles = made_up["shuffle"].nunique()
    return [
        blocks.text(
            f"Every start was given by lot, {n_shuffles} times over, to somebody in that grade and "
            "year of tenure who was at work that day and had no mentorship yet. Such a start "
            "can do nothing, so an honest contrast lies around 0. The naive one counts as an "
            "effect that nobody who left early could be drawn late."
        ),
        blocks.table(
            f"Risk differences per 100 people over {n_shuffles} shuffles: mean, and the "
            "range of all but the lowest and highest 2.5%",
            ("Outcome", "Months", "Naive", "Emulated trial"),
            [
                (
                    _words(outcome),
                    f"{own['horizon_months'].iloc[0]:g}",
                    _spread(own["naive"]),
                    _spread(own["emulated"]),
                )
                for outcome, own in made_up.groupby("outcome", sort=False)
            ],
            widths=(1.6, 0.8, 2, 2),
        ),
    ]


def _spread(values: pd.Series) -> str:
    low, high = values.quantile(0.025), values.quantile(0.975)
    return f"{plain(values.mean(), 1)} ({plain(low, 1)} to {plain(high, 1)})"


_PIECES = {COVERAGE: _coverage, PANEL: _panel, COX: _cox, SHUFFLED: _shuffled, CHECKS: _checks}


def _times(counts: pd.Series) -> str:
    """`1,000`, or `990 to 1,000` where rows differ."""
    low, high = counts.min(), counts.max()
    return people(low) if low == high else f"{people(low)} to {people(high)}"


_LABELS: Mapping[str, str] = {
    "log_pay": "Pay",
    "voluntary_exit": "Leaving by choice",
    "turnover_intent": "Intention to leave",
    "self_efficacy": "Self-efficacy",
    "clean": "Clean",
    "clean_no_effect": "Clean, no effect",
}
"""What the benchmarks' names are called, where the name without underscores does not tell it."""
_HIDDEN = "hidden_selection_"
"""How an organisation with hidden selection is named; its strength stands behind it."""


def _words(name: str) -> str:
    """A name of the benchmarks' results in words."""
    if name.startswith(_HIDDEN):
        return f"Hidden selection, strength {name.removeprefix(_HIDDEN)}"
    return _LABELS.get(name) or capitalised(name.removeprefix("is_").replace("_", " "))
