"""The groups compared in the technical report: overlap, model of starts, balance."""

from collections.abc import Mapping

import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.numbers import MINUS, NOT_SHOWN, people, plain
from mentor_outcomes.reports.results import Results

DESIGNS = {"employed": "all who started", "below_top_grade": "below the top grade"}
DASH = "\u2013"
_TOO_FEW = "the group, or what lies between it and another line, is of too few people"
_LIMIT = 0.1
_CAPTIONS = {
    "preference": "Preference scores of everybody eligible on the day of a start, before the "
    "groups were made; grey: .3 to .7. Ranges of too few people are gaps. Source: HR records of "
    "the period before.",
    "calibration": "Tenths of the predicted chance of a start in the next period; bars: 1.96 "
    "standard errors, somewhat too wide since the model was fitted on the same rows. Tenths with "
    "too few starts are left out. Source: HR records.",
    "balance": "Absolute standardised differences; dotted: 0.1. Source: HR records as of the day "
    "or month before the start.",
}


def groups_section(results: Results, figures: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    """Overlap and balance of the groups compared, and whether starts come as predicted."""
    overlap, balance = _all_groups(results, "overlap"), _all_groups(results, "balance")
    pieces = [_overlap_table(overlap), *_dashes(overlap), *_figure(figures, "preference")]
    pieces += _model(results, overlap)
    pieces += [*_figure(figures, "calibration"), *_figure(figures, "balance")]
    if len(balance):
        pieces += [*_balance_table(balance), *_worst_table(balance)]
    return blocks.section("Comparison groups" + results.mark, *pieces)


def _all_groups(results: Results, table: str) -> pd.DataFrame:
    """Rows of this role and contrast, of everybody first, then of each subgroup."""
    frame = results.tables[table]
    rows = frame[(frame["role"] == results.role) & (frame["contrast"] == results.contrast)]
    order = rows["eligibility"].map({name: place for place, name in enumerate(DESIGNS)})
    place = rows["subgroup"].where(rows["subgroup"] != "all", "")
    return rows.loc[
        pd.DataFrame({"design": order, "subgroup": place})
        .sort_values(["design", "subgroup"], kind="stable")
        .index
    ]


def _group(row) -> str:
    """A design, or a subgroup set in below it."""
    if row.subgroup == "all":
        return DESIGNS[row.eligibility]
    return "\u2003" + subgroup_in_words(row.subgroup)


def subgroup_in_words(subgroup: str) -> str:
    """`gender=woman` as `gender: woman`, `gender_missing` as `gender not recorded`."""
    if "=" in subgroup:
        return subgroup.replace("_", " ").replace("=", ": ")
    return subgroup.removesuffix("_missing").replace("_", " ") + " not recorded"


def _overlap_table(overlap: pd.DataFrame) -> dict[str, object]:
    """Counts, effective sample sizes, and shares in equipoise overall and per arm."""
    return blocks.table(
        "Overlap: people with a mentor who were eligible and compared, others they are compared "
        "with, effective sample sizes (ESS, Kish), shares with a preference score of .3 to .7",
        (
            "Group",
            "Eligible",
            "Compared",
            "Not compared",
            "Others",
            "ESS with",
            "ESS without",
            "Equipoise",
            "Equipoise with",
            "Equipoise without",
        ),
        [
            (
                _group(row),
                people(row.n_mentored_eligible),
                people(row.n_mentored_matched),
                _percent(row.share_unmatched),
                people(row.n_comparison),
                people(row.effective_mentored),
                people(row.effective_comparison),
                _percent(row.equipoise_share),
                _percent(row.equipoise_share_mentored),
                _percent(row.equipoise_share_comparison),
            )
            for row in overlap.itertuples()
        ],
        numeric=range(1, 10),
        widths=(1.9, 0.95, 1.05, 1.1, 0.9, 0.95, 1.2, 1.1, 1, 1),
        size=7.5,
    )


def _percent(share: float) -> str:
    """In whole per cent, as the checks tell it; a dash where it is hidden."""
    return DASH if pd.isna(share) else f"{share:.0%}"


def _dashes(overlap: pd.DataFrame) -> list[dict[str, object]]:
    """Why some shares are dashes, where there are any."""
    shares = [name for name in overlap if name.startswith(("equipoise_", "share_"))]
    if not overlap[shares].isna().any(axis=None):
        return []
    return [blocks.text(f"{DASH}: not shown; {_TOO_FEW}.")]


def _model(results: Results, overlap: pd.DataFrame) -> list[dict[str, object]]:
    """How well starts can be foretold, and how far predictions are off."""
    everybody = overlap[overlap["subgroup"] == "all"].dropna(subset=["c_statistic"])
    if everybody.empty:
        return []
    row = everybody.iloc[0]
    gap = plain(1000 * row["largest_calibration_gap"], 1)
    error = plain(1000 * row["calibration_gap_error"], 1)
    period = results.study.study.period
    said = (
        f"Of two people in one {period}, one of whom starts, the model of starts gives the higher "
        f"chance to the one who does in {plain(100 * row['c_statistic'], 0)} of 100 pairs (50: it "
        "cannot tell; near 100: nobody is left to compare with). Its widest gap between observed "
        f"and predicted starts, {_n_groups(results)}, is {gap} per 1,000 person-{period}s "
        f"(standard error {error}). Both are of the rows that the model was fitted on: the first "
        "is somewhat too high, and the standard error, which takes the predictions as known, "
        "somewhat too wide."
    )
    if isinstance(row["left_out_of_model"], str):
        said += f" Left out of the model: {results.in_words(row['left_out_of_model'])}."
    return [blocks.text(said)]


def _n_groups(results: Results) -> str:
    """Over how many groups the gap is taken, and how many of them the figure can show."""
    calibration = results.rows("calibration")
    n_shown = calibration["observed_share"].notna().sum()
    if n_shown == len(calibration):
        return f"over {n_shown} groups of rising prediction"
    return (
        f"over {len(calibration)} groups of rising prediction, of which {n_shown} hold enough "
        "starts to be shown"
    )


def _figure(figures: Mapping[str, Mapping[str, str]], name: str) -> list[dict[str, object]]:
    if name not in figures:
        return []
    return [blocks.figure(name, figures[name]["description"], _CAPTIONS[name])]


def _balance_table(balance: pd.DataFrame) -> list[dict[str, object]]:
    """Covariates of the widest design; the other designs are told by their largest differences.

    A covariate of which nothing can be told has no row: all of them are named once below.
    """
    widest = balance["eligibility"].iloc[0]
    all_rows = balance[(balance["eligibility"] == widest) & (balance["subgroup"] == "all")]
    is_told = all_rows[["smd_before", "smd_after"]].notna().any(axis=1)
    rows = all_rows[is_told]
    table = blocks.table(
        f"Balance, {DESIGNS[widest]}: means, differences over the SD of the mentored, ratios of "
        "variances, and largest distances of the distributions (KS)",
        (
            "Covariate",
            "Mentored",
            "Before",
            "After",
            "SMD before",
            "SMD after",
            "Var. before",
            "Var. after",
            "KS before",
            "KS after",
        ),
        [
            (
                _covariate(row.covariate),
                *(
                    plain(value, 2)
                    for value in (
                        row.mean_mentored,
                        row.mean_comparison_before,
                        row.mean_comparison_after,
                        row.smd_before,
                        row.smd_after,
                    )
                ),
                *_ratios(row),
                plain(row.ks_before, 2),
                plain(row.ks_after, 2),
            )
            for row in rows.itertuples()
        ],
        numeric=range(1, 10),
        widths=(2.1, 1, 1, 0.8, 1.1, 1.05, 1.05, 0.95, 1, 0.9),
        size=7.5,
    )
    hidden = ", ".join(_covariate(name) for name in all_rows.loc[~is_told, "covariate"])
    some = rows[["mean_comparison_before", "smd_before", "smd_after"]].isna().any(axis=None)
    why = [blocks.note(f"{NOT_SHOWN}: {_TOO_FEW}.")] if some else []
    return [
        table,
        *why,
        *([blocks.text(f"Not shown, of too few people: {hidden}.")] if hidden else []),
    ]


def _ratios(row) -> tuple[str, str]:
    """Ratios of variances; a dash where a mean says all, as of 0/1 columns."""
    is_hidden = pd.isna(row.smd_after) and pd.isna(row.smd_before)
    values = (row.variance_ratio_before, row.variance_ratio_after)
    return tuple(plain(v, 2) if is_hidden or pd.notna(v) else DASH for v in values)


def _covariate(name: str) -> str:
    words = name.removesuffix("_missing") + ": missing" * name.endswith("_missing")
    return words.replace("_", " ").replace("=", ": ")


def _worst_table(balance: pd.DataFrame) -> list[dict[str, object]]:
    """The largest differences of each design and subgroup that may be told, one row each."""
    groups = [group for _, group in balance.groupby(["eligibility", "subgroup"], sort=False)]
    told = [group for group in groups if group["smd_after"].notna().any()]
    hidden = [group for group in groups if group["smd_after"].isna().all()]
    table = blocks.table(
        "The largest absolute differences of each group compared",
        (
            "Group",
            "Shown",
            "SMD before",
            "SMD after",
            "Largest in",
            f"over {_LIMIT:g}",
            "Variance ratio",
            "KS after",
        ),
        [_worst(group) for group in told],
        numeric=(1, 2, 3, 5, 7),
        widths=(2.1, 1, 1.1, 1, 2.9, 0.9, 1.4, 0.9),
        size=7.5,
        may_break=False,
    )
    return [table, *_below_the_worst(balance, hidden)]


def _below_the_worst(balance: pd.DataFrame, hidden: list[pd.DataFrame]) -> list[dict[str, object]]:
    """Which groups have no row and why, and that subgroups decide no check."""
    said = []
    if hidden:
        names = "; ".join(_in_full(next(group.itertuples())) for group in hidden)
        said.append(f"No differences can be told of: {names}. There {_TOO_FEW}.")
    if (balance["subgroup"] != "all").any():
        said.append(
            "The check of balance and the title of the figure are about everybody in a design: "
            "differences inside subgroups are shown here and are not checked."
        )
    return [blocks.text(" ".join(said))] if said else []


def _in_full(row) -> str:
    """A design, and its subgroup behind it."""
    words = "" if row.subgroup == "all" else f", {subgroup_in_words(row.subgroup)}"
    return DESIGNS[row.eligibility] + words


def _worst(group: pd.DataFrame) -> tuple[str, ...]:
    name = _group(next(group.itertuples()))
    shown = group.dropna(subset=["smd_after"])
    many = f"{len(shown)} of {len(group)}"
    size = shown["smd_after"].abs()
    top = shown.loc[size.sort_values(ascending=False, kind="stable").index[0], "covariate"]
    ratios = shown["variance_ratio_after"].dropna()
    between = f"{plain(ratios.min(), 2)}\u2013{plain(ratios.max(), 2)}" if len(ratios) else MINUS
    return (
        name,
        many,
        plain(shown["smd_before"].abs().max(), 2),
        plain(size.max(), 2),
        _covariate(top),
        str(int((size > _LIMIT).sum())),
        between,
        plain(shown["ks_after"].max(), 2),
    )
