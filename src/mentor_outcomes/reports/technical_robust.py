"""How robust pay and scales are: broken parallel trends, those not seen, and who is not seen."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import NONE, capitalised, p_value
from mentor_outcomes.reports.numbers import in_unit, interval, people, plain
from mentor_outcomes.reports.panel_cells import NOTHING, Told, marked_table, told
from mentor_outcomes.reports.panel_ways import GROUPS, MATCHED, NO_HORIZON, TWO_WAY, size
from mentor_outcomes.reports.protocol_plan import check_value
from mentor_outcomes.reports.results import Results

TRENDS, TIPPING = "parallel_trends", "tipping_point"
MAGNITUDES = ("relative magnitude 0.5", "relative magnitude 1", "relative magnitude 2")
SILENT = "the silent only"

ABOUT_TRENDS = (
    "A difference in differences is right if, without a mentor, both arms had moved alike. Suppose "
    "that they drift apart after the start, per month by at most 0.5, 1 or 2 times the worst drift "
    "between two tested moments before it: then the effect lies in these intervals (Rambachan & "
    "Roth 2023). Breakdown: the multiple at which the interval begins to hold 0; at 0 the plain "
    "one does. The drift allowed grows with every month, so the intervals widen fast; with few "
    "answers before the start its worst stretch is mostly chance. Beside them: p of the moments "
    "before, in three models, and the trend up to the horizon that the first test would have seen "
    "four times in five. A large p beside a large such trend says little."
)
ABOUT_TIPPING = (
    "Those who left or kept silent are taken to be like those seen with the same records. The "
    "tipping point is how much worse (or better) off the mentored among them would have to be for "
    "the estimate, or the nearer end of its interval, to come to 0. A departure larger than what "
    "is plausible leaves the finding standing. Of scales the same in SDs is in brackets, and the "
    "last columns suppose it of the silent alone."
)
ABOUT_ATTRITION = (
    "Counts are of distinct people of each arm. Whoever had no value before, is not due yet, or "
    "is a comparator mentored since, is not asked about; of the others the shares say who is "
    "seen, per 100, weighted as in the sets. Where both arms lose alike, leaving bends the "
    "difference only as far as other people leave. The chapter Checks counts otherwise: who is "
    "still employed of all who are due, comparators mentored since among them, and who answered of "
    "those employed at the last survey of the half year before; so its shares differ from these."
)
ROUNDED_PARTS = (
    "People are sums of the rounded counts beside them, so that they may differ between outcomes "
    "with the same groups."
)


def robust_section(results: Results, names: Sequence[str]) -> list[dict[str, object]]:
    """One section with three tables; nothing where there are rows for none of them."""
    parts = (
        ("If the arms had drifted apart anyway", ABOUT_TRENDS, _trends(results, names)),
        ("If those not seen were different", ABOUT_TIPPING, _tipping(results, names)),
        ("Who is seen, and who is not", ABOUT_ATTRITION, _attrition(results, names)),
    )
    pieces = [
        piece
        for head, words, tables in parts
        if tables
        for piece in (blocks.heading(head), blocks.text(words), *tables)
    ]
    if not pieces:
        return []
    pay = [_label(results, name) for name in results.named("panel")]
    about = " and ".join([*pay, *(["scales"] if results.named("scale") else [])])
    return [blocks.section(f"{capitalised(about)}: how robust?{results.mark}", *pieces)]


def _label(results: Results, name: str) -> str:
    return capitalised(results.label(name))


def _trends(results: Results, names: Sequence[str]) -> list[dict[str, object]]:
    rows = [(_label(results, name), _trend_cells(results, name)) for name in names]
    has_any = any(results.row(name, TRENDS, "breakdown") is not None for name in names)
    if not has_any:
        return []
    return marked_table(
        f"Intervals after {results.months:g} months if the drift goes on (pay in log points, "
        "scales in points), and tests of the months before the start",
        (
            "Outcome",
            "p, sets",
            "p, groups",
            "p, two-way",
            "Would be seen",
            "0.5 times",
            "1 times",
            "2 times",
            "Break\u00addown",
        ),
        rows,
        numeric=range(1, 9),
        widths=(1.4, 0.6, 0.7, 0.75, 1.1, 1.3, 1.3, 1.3, 0.7),
        size=7,
    )


def _trend_cells(results: Results, name: str) -> list[Told]:
    return [
        _p_of_check(results, name),
        _p_of_row(results.row(name, GROUPS, "pre_trend", NO_HORIZON)),
        _p_of_row(results.row(name, TWO_WAY, "pre_trend", NO_HORIZON)),
        told(results, results.row(name, TRENDS, "detectable_trend"), _with_unit),
        *(
            told(
                results,
                results.row(name, TRENDS, "robust_interval", variant=variant),
                lambda row: interval(row.ci_low, row.ci_high, row.unit),
            )
            for variant in MAGNITUDES
        ),
        told(results, results.row(name, TRENDS, "breakdown"), partial(_multiple, results, name)),
    ]


def _multiple(results: Results, name: str, row) -> str:
    """The breakdown; one that rounds to 0 though the plain interval does not hold 0 as a bound."""
    main = results.row(name, MATCHED, "difference")
    is_clear = main is not None and (main.ci_low > 0 or main.ci_high < 0)
    if is_clear and float(plain(row.estimate, 2)) == 0:
        return "< 0.01"
    return plain(row.estimate, 2)


def _with_unit(row) -> str:
    return f"{in_unit(row.estimate, row.unit)} {row.unit}"


def _p_of_check(results: Results, name: str) -> Told:
    """The joint test behind the check, which judges the p-value itself."""
    checks = results.rows("checks")
    mine = checks[(checks["check"] == "before_start_trend") & (checks["outcome"] == name)]
    if mine["value"].isna().all():
        return NOTHING
    return Told(check_value("before_start_trend", mine["value"].iloc[0]).replace("0.", "."))


def _p_of_row(row) -> Told:
    """The p-value of a test of several moments, which has an estimate of no meaning by itself."""
    if row is None:
        return NOTHING
    return Told(p_value(row.p_value) or NONE)


def _tipping(results: Results, names: Sequence[str]) -> list[dict[str, object]]:
    rows = [
        (
            _label(results, name),
            [
                _departure(results, name, quantity, variant)
                for variant in ("main", SILENT)
                for quantity in ("to_zero", "to_interval")
            ],
        )
        for name in names
    ]
    return marked_table(
        f"Departure of the mentored who are not seen from those alike, after {results.months:g} "
        "months (pay in log points, scales in points)",
        (
            "Outcome",
            "All not seen: estimate to 0",
            "Interval to 0",
            "Silent only: estimate to 0",
            "Interval to 0",
        ),
        rows,
        numeric=range(1, 5),
        widths=(1.6, 1.5, 1.5, 1.5, 1.5),
        size=7.5,
    )


def _departure(results: Results, name: str, quantity: str, variant: str) -> Told:
    row = results.row(name, TIPPING, quantity, variant=variant)
    in_sds = results.row(name, TIPPING, f"standardised_{quantity}", variant=variant)
    beside = f" ({size(in_sds)} SD)" if in_sds is not None and np.isfinite(in_sds.estimate) else ""
    return told(results, row, lambda row: size(row) + beside)


_COUNTS = (
    "n_people",
    "n_no_value_before",
    "n_not_due",
    "n_mentored_since",
    "n_left_by_choice",
    "n_left_otherwise",
    "n_no_value",
    "n_seen",
)
_SHARES = ("share_left_by_choice", "share_left_otherwise", "share_no_value", "share_seen")


def _attrition(results: Results, names: Sequence[str]) -> list[dict[str, object]]:
    """Both arms of each outcome at the main horizon; no table before the release tells one."""
    if "attrition" not in results.tables:
        return []
    rows = results.rows("attrition")
    rows = rows[(rows["horizon_months"] == results.months) & rows["outcome"].isin(names)]
    if rows.empty:
        return []
    arms = {"mentored": "mentored", "comparison": "comparators"}
    rows = rows.assign(place=rows["arm"].map(list(arms).index))
    rows = rows.assign(order=rows["outcome"].map(list(names).index)).sort_values(["order", "place"])
    return [
        blocks.table(
            f"Who is seen after {results.months:g} months: people, and shares of 100 of those "
            "asked about",
            (
                "Outcome and arm",
                "People",
                "No value before",
                "Not due yet",
                "Mentored since",
                "Left by choice",
                "Left other\u00adwise",
                "No pay or answer",
                "Seen",
                "Left by choice, %",
                "Left other\u00adwise, %",
                "No value, %",
                "Seen, %",
            ),
            [
                (
                    f"{_label(results, row.outcome)}: {arms[row.arm]}",
                    *(_count(getattr(row, name)) for name in _COUNTS),
                    *(_share(getattr(row, name)) for name in _SHARES),
                )
                for row in rows.itertuples()
            ],
            numeric=range(1, 13),
            widths=(3.3, 0.9, 0.9, 0.75, 1.1, 0.9, 0.85, 0.95, 0.75, 0.9, 0.85, 0.75, 0.75),
            size=6.5,
            may_break=False,
        ),
        blocks.note(ROUNDED_PARTS),
    ]


def _count(count: float) -> str:
    return "\u2013" if not np.isfinite(count) else people(count)


def _share(share: float) -> str:
    return "\u2013" if not np.isfinite(share) else plain(share, 0)
