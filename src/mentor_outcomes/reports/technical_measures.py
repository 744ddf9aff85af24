"""Surveys in the technical report: how scales measure, whether alike for all, and who answered."""

import numpy as np
import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.numbers import NOT_SHOWN, RANGE, people, plain
from mentor_outcomes.reports.results import Results
from mentor_outcomes.study import Scale

_COMPARED = {"waves": "survey waves", "mentored": "mentored, others"}
_ARMS = ("mentored", "not_mentored")


def survey_sections(results: Results) -> list[dict[str, object]]:
    """One section on scales and answers; none where nobody was asked anything."""
    quality = results.tables["scale_quality"]
    steps = results.tables["scale_invariance"]
    rates = results.tables["response_rates"]
    if quality.empty and rates.empty:
        return []
    return [
        blocks.section(
            "Scales and answers",
            blocks.text(
                "Alpha treats all items alike; omega lets each weigh what one factor gives it. "
                "Figures are of people who answered every item, with 95% intervals. Straight-lined "
                "is the same answer to statements that say the opposite, the middle one aside."
            ),
            _reliability(results, quality),
            *_remarks(results, quality),
            blocks.text(
                "Equal loadings: one point more stands for the same change in all groups. Equal "
                "intercepts: people who feel the same give the same answers, so that means can be "
                "compared. Yes: CFI falls by no more than .010 and RMSEA rises by less than .015 "
                "against the step before (Cheung & Rensvold 2002; Chen 2007). No: CFI falls by "
                "more. Doubtful: RMSEA alone rises by .015 or more, as chance often makes it. With "
                "three items RMSEA has no step before, and CFI decides alone. The same people "
                "answer several waves, so p-values would be approximate; they are not used."
            ),
            _invariance(results, steps),
            blocks.text(
                "Asked: employed on the day a wave opened, mentored if a mentorship had begun by "
                "then. Whose the answers without a person are is unknown. Linked at least: the "
                "share of the group's answers that found their person, were as many of those its "
                "own as there are people in it who have not answered. The check of linkage takes "
                "all waves together."
            ),
            _response(rates),
        )
    ]


def _label(results: Results, scale: str) -> str:
    """A scale's name in words."""
    if scale in results.study.outcomes:
        return results.label(scale)
    declared = results.study.scales.get(scale)
    return (declared.label if declared else None) or scale.replace("_", " ")


def _reliability(results: Results, quality: pd.DataFrame) -> dict[str, object]:
    rows = [
        (
            _label(results, scale),
            str(len(results.study.scales[scale].items)),
            _between(waves["n_people"], 0),
            _with_interval(waves, "alpha"),
            _with_interval(waves, "omega"),
            _straight_lined(waves["share_straight_lined"], results.study.scales[scale]),
        )
        for scale, waves in _by_scale(results, quality)
    ]
    return blocks.table(
        "Reliability: range over waves, and in brackets the lowest and highest limit",
        ("Scale", "Items", "People a wave", "Alpha", "Omega", "Straight-lined"),
        rows,
        numeric=(1, 2, 3, 4, 5),
        widths=(1.5, 0.6, 1.4, 2.3, 2.3, 1.2),
    )


def _by_scale(results: Results, table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows of each declared scale, in the order of the study file."""
    parts = [(scale, table[table["scale"] == scale]) for scale in results.study.scales]
    return [(scale, rows) for scale, rows in parts if len(rows)]


def _between(values: pd.Series, decimals: int) -> str:
    """Smallest to largest; one number where they are written alike."""
    low, high = plain(values.min(), decimals), plain(values.max(), decimals)
    return low if low == high else f"{low}{RANGE}{high}"


def _with_interval(waves: pd.DataFrame, name: str) -> str:
    if waves[name].isna().all():
        is_of_two = name == "omega" and waves["spearman_brown"].notna().any()
        if is_of_two:
            return f"Spearman-Brown {_between(waves['spearman_brown'], 2)}"
        return _between(waves[name], 2)
    limits = (
        f"{plain(waves[f'{name}_ci_low'].min(), 2)}, {plain(waves[f'{name}_ci_high'].max(), 2)}"
    )
    return f"{_between(waves[name], 2)} [{limits}]"


def _straight_lined(shares: pd.Series, scale: Scale) -> str:
    """Range over waves; a dash where the scale has no items of both keys."""
    if not 0 < len(scale.reverse_keyed) < len(scale.items):
        return "\u2013"
    known = shares.dropna()
    if known.empty:
        return NOT_SHOWN
    low, high = f"{known.min():.0%}", f"{known.max():.0%}"
    return low if low == high else f"{low}{RANGE}{high}"


def _remarks(results: Results, quality: pd.DataFrame) -> list[dict[str, object]]:
    """Items that seem keyed the wrong way, and scales without an omega in some wave."""
    said = []
    for scale, waves in _by_scale(results, quality):
        flagged = waves[waves["key_errors"].fillna("") != ""]
        for items, rows in flagged.groupby("key_errors", sort=True):
            said.append(
                f"{_label(results, scale)}: {items} goes against the other items in "
                f"{_waves(rows)}. Its key may be wrong: see reverse_keyed in the study file."
            )
        is_lacking = waves["omega"].isna() & (len(results.study.scales[scale].items) > 2)
        for reason, rows in waves[is_lacking].groupby("reason", sort=True):
            said.append(f"{_label(results, scale)}, {_waves(rows)}: {reason}.")
    return [blocks.bullets(said)] if said else []


def _waves(rows: pd.DataFrame) -> str:
    numbers = [str(wave) for wave in sorted(rows["wave"])]
    return f"wave{'s' * (len(numbers) > 1)} {', '.join(numbers)}"


def _invariance(results: Results, steps: pd.DataFrame) -> dict[str, object]:
    rows = [
        (
            _label(results, scale) if grouping == "waves" else "",
            _COMPARED[grouping],
            *_cells(of_grouping.set_index("step")),
        )
        for scale, of_scale in _by_scale(results, steps)
        for grouping in _COMPARED
        for of_grouping in [of_scale[of_scale["grouping"] == grouping]]
        if len(of_grouping)
    ]
    return blocks.table(
        "Do the answers mean the same? Change of CFI and RMSEA against the step before",
        ("Scale", "Compared", "One factor", "Equal loadings", "Equal intercepts", "People"),
        rows,
        numeric=(5,),
        widths=(1.4, 1.3, 1.2, 2, 2, 0.8),
        size=7.5,
    )


def _cells(steps: pd.DataFrame) -> tuple[str, ...]:
    """Verdict of each step with its figures, or the one reason why there are none."""
    if steps["cfi"].isna().all():
        reason = str(steps["reason"].iloc[0])
        return (str(steps["holds"].iloc[0]), reason, "", people(steps["n_people"].iloc[0]))
    configural = steps.loc["configural"]
    alone = configural["holds"]
    if alone in ("yes", "no"):
        alone = f"{alone}: CFI {plain(configural['cfi'], 3)}"
    return (
        alone,
        *(_change(steps.loc[step]) for step in ("metric", "scalar")),
        people(configural["n_people"]),
    )


def _change(step: pd.Series) -> str:
    figures = f"CFI {plain(step['delta_cfi'], 3)}"
    if np.isfinite(step["delta_rmsea"]):
        figures += f", RMSEA {plain(step['delta_rmsea'], 3)}"
    return f"{step['holds']}: {figures}"


def _response(rates: pd.DataFrame) -> dict[str, object]:
    rows = []
    for wave, of_wave in rates.groupby("wave", sort=True):
        by_arm = of_wave.set_index("arm")
        rows.append(
            (
                str(wave),
                *(cell for arm in _ARMS for cell in _of_arm(by_arm.loc[arm])),
                people(by_arm["n_unlinked"].iloc[0]),
            )
        )
    return blocks.table(
        "Who was asked, who answered, and whose answers found their person",
        (
            *("Wave", "Mentored: asked", "answered", "linked at least"),
            *("Others: asked", "answered", "linked at least", "Without a person"),
        ),
        rows,
        numeric=range(1, 8),
        widths=(0.6, 1.2, 1.6, 1, 1.2, 1.6, 1, 1.1),
    )


def _of_arm(row: pd.Series) -> tuple[str, str, str]:
    answered = people(row["n_answered"])
    if np.isfinite(row["response_rate"]):
        answered += f" ({row['response_rate']:.0%})"
    at_least = row["linkage_lowest"]
    return people(row["n_employed"]), answered, _floor_percent(at_least)


def _floor_percent(share: float) -> str:
    """A lower bound is not rounded up."""
    if not np.isfinite(share):
        return NOT_SHOWN
    return f"{np.floor(100 * share + 1e-9):.0f}%"
