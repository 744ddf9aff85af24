"""Whatever comes in, nothing about few people comes out."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from mentor_outcomes import schema
from mentor_outcomes.release import release_tables
from mentor_outcomes.release.attritions import release_attrition
from mentor_outcomes.release.balances import release_balance
from mentor_outcomes.release.flows import release_flow, release_ingest_counts
from mentor_outcomes.release.variants import VARIES
from mentor_outcomes.study import Release
from tests.invented_attrition import KNOWN, attrition_row
from tests.invented_estimates import frame_of
from tests.invented_panel import with_panel_rows
from tests.invented_results import default_study, invented_results

STUDY = default_study()
MINIMUM, TO = 10, 5
SETTINGS = Release(minimum_people=MINIMUM, round_counts_to=TO)
COUNTS = {
    "ingest_counts": ["rows_read", "rows_used", "rows_set_aside", "rows_quarantined"],
    "scale_quality": ["n_people", "n_complete"],
    "scale_invariance": ["n_people", "n_smallest", "n_left_out"],
    "response_rates": ["n_employed", "n_answered", "n_unlinked"],
    "flow": ["n_removed", "n_remaining", "n_people_removed", "n_people_remaining"],
    "preference": ["n_people"],
    "calibration": ["n_people", "n_starts", "n_person_months"],
    "overlap": ["n_mentored_eligible", "n_mentored_matched", "n_comparison"],
    "balance": [name for name in schema.BALANCE.column_names() if name.startswith("n_")],
    "estimates": [
        "n_mentored",
        "n_comparison",
        "n_events",
        "n_events_mentored",
        "n_events_comparison",
        "n_left_out",
    ],
    "checks": ["n_smallest"],
    "curves": ["n_at_risk", "n_events"],
    "attrition": [name for name in schema.ATTRITION.column_names() if name.startswith("n_")],
}
CELLS = ("no_value_before", "not_due", "mentored_since", *KNOWN)
counts = st.one_of(st.integers(0, 12), st.integers(0, 400))


def study_of(n_mentored: int) -> dict[str, pd.DataFrame]:
    return with_panel_rows(
        invented_results(STUDY, n_mentored=n_mentored), STUDY, n_mentored=n_mentored
    )


def assert_publishable(values: pd.Series) -> None:
    known = values.dropna()
    assert (known % TO == 0).all()
    assert not ((known > 0) & (known < MINIMUM)).any()


@st.composite
def flows(draw):
    removals = draw(st.lists(counts, min_size=1, max_size=7))
    remaining = draw(counts) + sum(removals)
    rows = []
    for step, n_removed in enumerate(removals):
        remaining -= n_removed
        rows.append(
            {
                "role": "protege",
                "contrast": "any",
                "eligibility": "employed",
                "arm": "mentored",
                "step": step,
                "criterion": f"c{step}",
                "unit": "people",
                "n_removed": n_removed,
                "n_remaining": remaining,
                "n_people_removed": n_removed,
                "n_people_remaining": remaining,
                "n_people_touched": n_removed,
            }
        )
    return pd.DataFrame(rows)


@given(flows())
def test_a_released_flow_adds_up_and_tells_no_few(flow):
    released = release_flow(flow, SETTINGS)
    assert_publishable(released["n_removed"])
    assert_publishable(released["n_remaining"])
    before, after = released["n_remaining"].iloc[:-1], released.iloc[1:]
    adds_up = before.to_numpy() - after["n_removed"] == after["n_remaining"]
    assert (adds_up | after["n_remaining"].isna()).all()


@given(flows())
def test_no_difference_of_two_released_rows_is_about_few(flow):
    exact = flow.set_index("criterion")
    released = release_flow(flow, SETTINGS).dropna(subset=["n_remaining"])
    totals = [exact.loc[text.split("; ")[-1], "n_remaining"] for text in released["criterion"]]
    fallen = -np.diff(totals)
    assert not ((fallen > 0) & (fallen < MINIMUM)).any()


@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=6))
def test_rows_read_are_the_sum_of_published_parts_or_missing(parts):
    frame = pd.DataFrame(
        [
            {
                "source": f"s{place}",
                "rows_read": used + aside + unusable,
                "rows_used": used,
                "rows_set_aside": aside,
                "rows_quarantined": unusable,
                "reason": "some reason",
            }
            for place, (used, aside, unusable) in enumerate(parts)
        ]
    )
    released = release_ingest_counts(frame, SETTINGS)
    for name in COUNTS["ingest_counts"]:
        assert_publishable(released[name])
    read = released["rows_used"] + released["rows_set_aside"] + released["rows_quarantined"]
    pd.testing.assert_series_equal(released["rows_read"], read, check_names=False)


@st.composite
def nested_designs(draw):
    """Two designs, one within the other, of a 0/1 column; people by design and level."""
    wider = [draw(st.integers(0, 60)), draw(st.integers(0, 60))]
    fewer = [draw(st.integers(0, 15)), draw(st.integers(0, 15))]
    narrower = [max(0, n - less) for n, less in zip(wider, fewer, strict=True)]
    return {"employed": wider, "below_top_grade": narrower}


def _level_row(eligibility: str, ones: int, zeros: int) -> dict:
    key = {"role": "protege", "contrast": "any", "eligibility": eligibility}
    key |= {"subgroup": "all", "covariate": "remote"}
    counts = {
        f"n_{arm}_{what}{when}": float(n)
        for arm in ("mentored", "comparison")
        for what, n in (("known", ones + zeros), ("level", ones))
        for when in ("", "_before")
    }
    figures = [name for name in schema.BALANCE.column_names() if name not in {**key, **counts}]
    return key | dict.fromkeys(figures, ones / max(1, ones + zeros)) | counts


@settings(deadline=None)
@given(nested_designs())
def test_no_told_share_nor_difference_of_two_of_nested_designs_is_about_few(designs):
    rows = [_level_row(name, *people) for name, people in designs.items()]
    balance = pd.DataFrame(rows)[list(schema.BALANCE.column_names())]
    overlap = pd.DataFrame(
        [
            {"role": "protege", "contrast": "any", "eligibility": name, "subgroup": "all"}
            | {"n_mentored_matched": sum(people), "n_comparison": sum(people)}
            for name, people in designs.items()
        ]
    )
    released = release_balance(balance, overlap, SETTINGS)
    told = [
        designs[row.eligibility] for row in released.dropna(subset=["mean_mentored"]).itertuples()
    ]
    cells = [n for people in told for n in people]
    if len(told) == 2:
        cells += [abs(n - less) for n, less in zip(*told, strict=True)]
    assert not [n for n in cells if 0 < n < MINIMUM]


@st.composite
def parts_of_everybody(draw):
    """People of each subgroup, with and without a level of a covariate."""
    names = ("gender=f", "gender=m", "gender_missing")
    people = st.one_of(st.integers(0, 14), st.integers(0, 90))
    return {name: [draw(people), draw(people)] for name in names}


@settings(deadline=None)
@given(parts_of_everybody())
def test_everybody_less_the_told_subgroups_is_not_about_few(parts):
    everybody = [sum(n) for n in zip(*parts.values(), strict=True)]
    groups = {"all": everybody, **parts}
    rows = [_level_row("employed", *n) | {"subgroup": name} for name, n in groups.items()]
    balance = pd.DataFrame(rows)[list(schema.BALANCE.column_names())]
    key = {"role": "protege", "contrast": "any", "eligibility": "employed"}
    overlap = pd.DataFrame(
        [
            {**key, "subgroup": name, "n_mentored_matched": sum(n), "n_comparison": sum(n)}
            for name, n in groups.items()
        ]
    )
    released = release_balance(balance, overlap, SETTINGS).dropna(subset=["smd_after"])
    told = set(released["subgroup"])
    hidden = [n for name, n in parts.items() if name not in told]
    cells = [n for name in told for n in groups[name]]
    if "all" in told:
        cells += [sum(n) for n in zip(*hidden, strict=True)]
        assert len([n for n in hidden if sum(n)]) != 1
    assert not [n for n in cells if 0 < n < MINIMUM]


@settings(max_examples=12, deadline=None)  # each example releases a whole study
@given(st.integers(1, 400))
def test_of_a_study_of_any_size_no_count_of_few_leaves(n_mentored):
    released = release_tables(study_of(n_mentored), SETTINGS)
    for table, names in COUNTS.items():
        for name in names:
            assert_publishable(released[table][name])


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 400))
def test_what_is_linked_to_a_hidden_count_is_hidden(n_mentored):
    released = release_tables(study_of(n_mentored), SETTINGS)
    values = ["estimate", "std_error", "ci_low", "ci_high"]
    estimates, curves = released["estimates"], released["curves"]
    is_hidden = estimates["n_mentored"].isna()
    assert estimates.loc[is_hidden, [*values, "p_value", "p_adjusted"]].isna().all(axis=None)
    assert (
        curves.loc[curves["n_at_risk"].isna(), [*values, "band_low", "band_high"]]
        .isna()
        .all(axis=None)
    )


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 400))
def test_what_speaks_of_a_difference_is_told_beside_a_told_one_only(n_mentored):
    told = release_tables(study_of(n_mentored), SETTINGS)["estimates"]
    told = told[told["status"] == "estimated"]
    rows = {key[:2]: own for key, own in told.groupby(["method", "quantity"])}
    key = ["outcome", "horizon_months"]
    for beside, answer in VARIES.items():
        if beside in rows and answer in rows:
            main = rows[answer][rows[answer]["variant"] == schema.MAIN]
            own = pd.MultiIndex.from_frame(rows[beside][key])
            assert own.isin(pd.MultiIndex.from_frame(main[key])).all()
        assert beside not in rows or answer in rows


@st.composite
def arms_at_a_horizon(draw):
    """Seven cells of each arm."""
    return [{name: draw(counts) for name in CELLS} for _ in ("mentored", "comparison")]


@settings(deadline=None)
@given(arms_at_a_horizon())
def test_no_cell_of_few_can_be_subtracted_back_from_who_is_seen(cells):
    arms = ("mentored", "comparison")
    rows = [attrition_row("mood", 24, arm, own) for arm, own in zip(arms, cells, strict=True)]
    released = release_attrition(frame_of(schema.ATTRITION, rows), SETTINGS)
    is_hidden = released.loc[released["n_people"].notna(), "n_no_value_before"].isna()
    assert is_hidden.all() or not is_hidden.any()  # the sum of both is told as left out
    for own, told in zip(cells, released.to_dict("records"), strict=True):
        for name in COUNTS["attrition"]:
            assert_publishable(pd.Series([told[name]], dtype="float64"))
        hidden = {name: n for name, n in own.items() if np.isnan(told[f"n_{name}"])}
        of_shares = {name: n for name, n in hidden.items() if name in KNOWN}
        assert all(np.isnan(told[f"share_{name}"]) for name in of_shares)
        if any(own[name] for name in KNOWN if name not in hidden):
            assert_in_company(of_shares)
        if not np.isnan(told["n_people"]):  # those seen are told beside estimates
            assert_in_company({name: n for name, n in hidden.items() if name != "seen"})


def assert_in_company(hidden: dict[str, int]) -> None:
    of_somebody = [n for n in hidden.values() if n]
    assert not of_somebody or (len(of_somebody) > 1 and sum(of_somebody) >= MINIMUM)


def test_the_order_of_rows_changes_nothing():
    tables = study_of(640)
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in tables.items()}
    first, second = release_tables(tables, SETTINGS), release_tables(shuffled, SETTINGS)
    for name, frame in first.items():
        pd.testing.assert_frame_equal(frame, second[name])
