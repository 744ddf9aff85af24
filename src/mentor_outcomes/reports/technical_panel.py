"""Pay and scales in the technical report: over time, by horizon, and asked in other ways."""

from collections.abc import Mapping, Sequence

import numpy as np

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import capitalised, p_value, with_figure, with_interval
from mentor_outcomes.reports.numbers import in_unit, people
from mentor_outcomes.reports.panel_cells import NOTHING, Told, marked_table, told
from mentor_outcomes.reports.panel_ways import GROUPS, MATCHED, Way, bounds_at, ways, whose_table
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.technical_freeze import windows_in_words
from mentor_outcomes.reports.technical_robust import robust_section
from mentor_outcomes.reports.technical_two_way import two_way_pieces

Figures = Mapping[str, Mapping[str, str]]

_CAPTION = (
    "Change since the last value before the start (hollow: the reference), mentored less "
    "comparators. Darker: {level} interval of each month; lighter: {level} band for all months "
    "together; grey ground: before the start. Source: study records, {since} to {until}."
)
_CAPTION_SCALES = (
    "Points since the last survey before the start (hollow), mentored less comparators. Darker: "
    "{level} interval of each survey; lighter: {level} band for all surveys of a scale together; "
    "grey ground: before the start. Source: surveys, {since} to {until}."
)
ABOUT_GRADES = (
    "Through and within the grade add up to the difference. They are an accounting: what part of "
    "it goes with a higher grade, at the pay that grade had. Mentoring and the grade may share "
    "causes, so they do not say what mentoring would do to pay if it brought no promotion. Growth "
    "is that of the year that ends at the month named."
)
OTHER_HORIZONS = "Rows of other horizons and their errors are in the released tables."
EMPTY = "Empty cells: not asked of that scale."
_BY_HORIZON: Sequence[tuple[str, str, str]] = (
    (MATCHED, "difference", "Difference since before the start"),
    (MATCHED, "difference_over_window", "Mean over the window that ends then{windows}"),
    (MATCHED, "growth_difference", "Growth in the year before, per year"),
    (MATCHED, "difference_through_grade", "of the difference: through the grade"),
    (MATCHED, "difference_within_grade", "of the difference: within the grade"),
    (GROUPS, "effect_at", "Group-time effects"),
)


def panel_sections(results: Results, figures: Figures) -> list[dict[str, object]]:
    """A section on pay, one on the scales, and how robust both are; none without such outcomes."""
    pay, scales = results.named("panel"), results.named("scale")
    asked = ways(results)
    return [
        *(_pay_section(results, name, figures, asked) for name in pay),
        *([_scales_section(results, scales, figures, asked, is_first=not pay)] if scales else []),
        *robust_section(results, [*pay, *scales]),
    ]


def _pay_section(
    results: Results, name: str, figures: Figures, asked: list[Way]
) -> dict[str, object]:
    label = capitalised(results.label(name))
    return blocks.section(
        label + results.mark,
        *with_figure(results, figures, f"effect_{name}", _CAPTION),
        *_primary_line(results, [name]),
        *_by_horizon(results, name),
        *_grades(results, name),
        *_ways_table(results, name, asked),
        *two_way_pieces(results, name, figures),
    )


def _grades(results: Results, name: str) -> list[dict[str, object]]:
    row = results.row(name, MATCHED, "difference_through_grade")
    return [] if row is None else [blocks.text(ABOUT_GRADES)]


def _primary_line(results: Results, names: list[str]) -> list[dict[str, object]]:
    """Error, p-values and people of the main estimate, where it has any."""
    said = []
    for name in names:
        row = results.row(name, MATCHED, "difference")
        if row is None or not np.isfinite(row.estimate):
            continue
        holm = f", after Holm {p_value(row.p_adjusted)}" if np.isfinite(row.p_adjusted) else ""
        said.append(
            f"{capitalised(results.label(name))} after {results.months:g} months: "
            f"{with_interval(row)} {row.unit}; standard error {in_unit(row.std_error, row.unit)}, "
            f"p {p_value(row.p_value)}{holm}; errors: {results.in_words(row.error_type)}. It is "
            f"the {results.in_words(row.estimand)}."
        )
    return [blocks.text(" ".join(said))] if said else []


def _by_horizon(results: Results, name: str) -> list[dict[str, object]]:
    horizons = results.study.analysis.horizons_months
    rows = [
        (
            words.format(windows=_windows(results)),
            [told(results, results.row(name, method, quantity, months)) for months in horizons],
        )
        for method, quantity, words in _BY_HORIZON
    ]
    rows += [
        ("Always-stayers, bounds", [bounds_at(results, name, months) for months in horizons]),
        ("People: mentored / comparison", [_people(results, name, each) for each in horizons]),
    ]
    return marked_table(
        f"{capitalised(results.label(name))}, {_unit(results, name)}, by months since the start "
        f"(intervals of {results.study.analysis.confidence:.0%} in brackets)",
        ("", *(f"{months:g} months" for months in horizons)),
        rows,
        numeric=range(1, 1 + len(horizons)),
        widths=(2.2, *(1.6 for _ in horizons)),
        size=7.5,
    )


def _windows(results: Results) -> str:
    """The declared windows, in brackets; empty where there are none."""
    windows = windows_in_words(results.study.analysis.windows)
    return f" ({', '.join(windows)})" if windows else ""


def _people(results: Results, name: str, months: float) -> Told:
    row = results.row(name, MATCHED, "difference", months)
    if row is None or row.status == "blocked":
        return NOTHING
    return Told(f"{people(row.n_mentored)} / {people(row.n_comparison)}")


def _unit(results: Results, name: str) -> str:
    row = results.row(name, MATCHED, "difference")
    return "" if row is None else str(row.unit)


def _ways_table(results: Results, name: str, asked: list[Way]) -> list[dict[str, object]]:
    """One row per way, with how it is made; whose effects they are stands below."""
    rows = [
        (way.name, [Told(way.how), cell]) for way in asked if (cell := way.say(results, name)).shown
    ]
    table = marked_table(
        f"The same question asked in other ways: {results.label(name)}, {_unit(results, name)}, "
        f"after {results.months:g} months",
        ("Way", "How it is made", "Estimate (interval)"),
        rows,
        widths=(1.35, 3.7, 1.75),
        size=7.5,
        may_break=True,
    )
    own = whose_table(results, [name], asked)
    return [*table, *own, blocks.note(OTHER_HORIZONS)] if own else table


def _scales_section(
    results: Results, names: list[str], figures: Figures, asked: list[Way], *, is_first: bool
) -> dict[str, object]:
    """All scales: over time, by horizon, in other ways, and what makes their means comparable."""
    half = (len(names) + 1) // 2 if len(names) > 4 else len(names)
    parts = [part for part in (names[:half], names[half:]) if part]
    return blocks.section(
        "Scales" + results.mark,
        *with_figure(results, figures, "effects_scales", _CAPTION_SCALES),
        blocks.text(" ".join(_about_scales(results, names))),
        *_scales_by_horizon(results, names),
        *(_how_table(results, names, asked) if is_first else []),
        *(piece for part in parts for piece in _scale_ways(results, part, asked)),
        *whose_table(results, names, asked),
        blocks.note(f"{OTHER_HORIZONS} {EMPTY}"),
    )


def _about_scales(results: Results, names: list[str]) -> list[str]:
    """Thresholds, whether means may be compared, and who told what."""
    outcomes = results.study.outcomes
    thresholds = [
        f"{results.label(name)} {outcomes[name].threshold:g}"
        for name in names
        if outcomes[name].threshold is not None
    ]
    said = []
    if thresholds:
        said.append(
            "Shares are of people with at least so many points, as the study file declares: "
            f"{', '.join(thresholds)}. Where a low score is good, that is the share with the "
            "problem."
        )
    said.append(
        "Means of a scale are compared only where its items measure the same in both arms and all "
        "waves (loadings alike); otherwise every number of that scale is blocked."
    )
    return [*said, *_by_message(results, names, "common_source", "Common source")]


def _by_message(results: Results, names: list[str], check: str, head: str) -> list[str]:
    """What a check found, the outcomes of one message together."""
    rows = results.rows("checks")
    rows = rows[(rows["check"] == check) & rows["outcome"].isin(names)]
    rows = rows[rows["result"].isin(["passed", "in_doubt", "failed"])]
    said = []
    for message, own in rows.groupby("message", sort=False):
        whose_ = (
            "" if len(own) == len(names) else f" ({', '.join(map(results.label, own['outcome']))})"
        )
        said.append(f"{head}{whose_}: {results.in_words(message)}.")
    return said


def _scales_by_horizon(results: Results, names: list[str]) -> list[dict[str, object]]:
    horizons = results.study.analysis.horizons_months
    months = f"{results.months:g}"
    return marked_table(
        "Scales in points by months since the start; in SDs of comparators before, and as "
        f"people of 100 at or above the threshold, after {months} months (intervals of "
        f"{results.study.analysis.confidence:.0%} in brackets)",
        (
            "Scale",
            *(f"{each:g} months" for each in horizons),
            f"SDs, {months}",
            f"Of 100, {months}",
            "p (Holm)",
        ),
        [(_scale_label(results, name), _scale_cells(results, name)) for name in names],
        numeric=range(1, 4 + len(horizons)),
        widths=(1.35, *(1.6 for _ in range(2 + len(horizons))), 0.95),
        size=7,
    )


def _scale_label(results: Results, name: str) -> str:
    is_low = results.study.outcomes[name].better == "lower"
    return capitalised(results.label(name)) + (" (low is good)" if is_low else "")


def _scale_cells(results: Results, name: str) -> list[Told]:
    main = results.row(name, MATCHED, "standardised_difference")
    is_known = main is not None and np.isfinite(main.estimate)
    return [
        *(
            told(results, results.row(name, MATCHED, "difference", months))
            for months in results.study.analysis.horizons_months
        ),
        told(results, main),
        told(results, results.row(name, MATCHED, "share_difference")),
        Told(_p_and_holm(main) if is_known else ""),
    ]


def _p_and_holm(row) -> str:
    holm = p_value(row.p_adjusted)
    return p_value(row.p_value) + (f" ({holm})" if holm else "")


def _how_table(results: Results, names: list[str], asked: list[Way]) -> list[dict[str, object]]:
    """How each way is made, where no pay has told it."""
    rows = [(w.name, [Told(w.how)]) for w in asked if any(w.say(results, n).shown for n in names)]
    return marked_table(
        "Ways of asking", ("Way", "How it is made"), rows, widths=(1.35, 4.6), size=7.5
    )


def _scale_ways(results: Results, names: list[str], asked: list[Way]) -> list[dict[str, object]]:
    return marked_table(
        f"The same question asked in other ways: points, after {results.months:g} months; shares "
        "per 100 people, odds as a ratio",
        ("Way", *(capitalised(results.label(name)) for name in names)),
        [(way.name, [way.say(results, name) for name in names]) for way in asked],
        widths=(1.65, *(1.5 for _ in names)),
        size=7.5,
        may_break=True,
    )
