"""Rows beside a matched difference: what is told with it, and what would tell of a few."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import SchemaError
from mentor_outcomes.release import release_tables
from mentor_outcomes.release.behind import BEHIND
from mentor_outcomes.release.effects import DECIMALS, release_curves, release_estimates
from mentor_outcomes.release.variants import NOT_MAIN, VARIES
from mentor_outcomes.study import Release
from tests.invented_estimates import frame_of, row
from tests.invented_panel import with_panel_rows
from tests.invented_results import default_study, invented_results

SETTINGS = Release(minimum_people=10, round_counts_to=5)
NO_CURVES, NO_ATTRITION = schema.CURVES.empty(), schema.ATTRITION.empty()
FEW = "hidden: fewer than 10 people"
UNITS = {"growth_difference": "log points per year", "breakdown": "times"}


def asked(quantity: str, n: float, n_other: float, months: float = 24.0, **more) -> dict:
    unit = UNITS.get(quantity, "log points")
    method = more.pop("method", "matched_difference")
    return row("log_pay", method, quantity, months, 0.02, 0.01, unit, n, n_other) | more


def released(*rows: dict) -> pd.DataFrame:
    table = frame_of(schema.ESTIMATES, list(rows))
    return release_estimates(table, NO_CURVES, NO_ATTRITION, SETTINGS)


def reasons(*rows: dict) -> list[str]:
    found = released(*rows)["reason"]
    return ["told" if one is None or one != one else one for one in found]


def test_every_kind_of_row_is_told_of_many_people():
    """Whatever the panel stage makes goes out, where nothing about it is of a few."""
    study = default_study()
    tables = with_panel_rows(invented_results(study, n_mentored=4000), study, n_mentored=4000)
    told = release_tables(tables, SETTINGS)["estimates"]
    asked_of = told[told["method"].isin([method for method, _ in BEHIND])]
    kinds = asked_of.groupby(["method", "quantity", "variant"])["status"].agg(set)
    assert {key for key in VARIES if key[0] != "mean_count"} <= {key[:2] for key in kinds.index}
    assert [key for key, statuses in kinds.items() if statuses != {"estimated"}] == [
        ("matched_difference", "difference", "matched on the last value too")
    ]


def test_a_unit_and_a_method_that_nobody_has_thought_of_are_refused():
    assert {"chi-square", "log odds", "log points per year", "times"} <= set(DECIMALS)
    with pytest.raises(SchemaError, match="matched_sum"):
        released(asked("difference", 500, 800, method="matched_sum"))
    with pytest.raises(SchemaError, match="naive, share"):
        released(asked("share", 500, 800, method="naive"))


def test_rows_of_the_same_people_are_told_with_the_difference():
    rows = [
        asked("difference", 500, 800, variant="without weights"),
        asked(
            "robust_interval", 500, 800, method="parallel_trends", variant="relative magnitude 1"
        ),
        asked("breakdown", 500, 800, method="parallel_trends"),
    ]
    assert reasons(asked("difference", 500, 800), *rows) == 4 * ["told"]


@pytest.mark.parametrize("key", [key for key in VARIES if key[0] != "mean_count"])
def test_what_speaks_of_a_hidden_difference_is_hidden(key):
    """Its own counts are large: still it would tell the difference."""
    method, quantity = key
    own = asked(quantity, 500, 800, method=method, n_events_mentored=90, n_events_comparison=90)
    assert reasons(asked("difference", 9, 800), own)[0] == FEW
    assert reasons(asked("difference", 9, 800), own)[1] != "told"


def test_why_a_tipping_point_is_blocked_tells_nothing_of_a_hidden_difference():
    because = "the interval holds zero as it is"
    own = asked("to_interval", 500, 800, method="tipping_point", status="blocked", reason=because)
    assert reasons(asked("difference", 500, 800), own)[1] == because
    found = released(asked("difference", 9, 800), own)
    assert found["reason"].iloc[1] == NOT_MAIN
    assert found[["n_mentored", "n_comparison"]].iloc[1].isna().all()


def on_last_value(n: float, n_other: float, n_apart: float = np.nan) -> dict:
    name = "matched on the last value too"
    return asked("difference", n, n_other, variant=name, n_events=n_apart)


@pytest.mark.parametrize(
    ("row_of_it", "is_told"),
    [
        (on_last_value(499, 800), False),
        (on_last_value(495, 804), False),
        (on_last_value(499, 788), True),
        (on_last_value(500, 800), True),
        (on_last_value(499, 800, n_apart=120), True),
        (on_last_value(470, 770, n_apart=9), False),
        (on_last_value(500, 800, n_apart=9), False),
    ],
)
def test_means_of_other_groups_are_told_where_ten_people_are_in_one_of_them_alone(
    row_of_it, is_told
):
    """Both arms count together, since no arm's mean is told; as counted, or as the sizes say."""
    found = reasons(asked("difference", 500, 800), row_of_it)[1]
    assert found == (
        "told" if is_told else "hidden: it differs from the main estimate by fewer than 10 people"
    )


def test_the_same_people_without_weights_are_as_far_from_groups_made_anew_as_the_answer_is():
    unweighted = asked("difference", 500, 800, variant="without weights")
    assert reasons(asked("difference", 500, 800), on_last_value(499, 800, 120), unweighted) == (
        3 * ["told"]
    )


def test_a_number_of_people_that_differs_by_few_is_not_told_beside_the_other():
    found = released(asked("difference", 500, 800), on_last_value(499, 788)).iloc[1]
    assert np.isnan(found["n_mentored"])
    assert found["n_comparison"] == 790


def test_parts_by_grade_are_hidden_together_where_few_of_an_arm_changed_grade():
    """Of a difference through grade everybody else is a zero."""

    def parts(mentored: float, comparison: float) -> list[str]:
        moved = {"n_events_mentored": mentored, "n_events_comparison": comparison}
        names = ("difference_through_grade", "difference_within_grade")
        rows = [asked(name, 500, 800, n_events=mentored + comparison, **moved) for name in names]
        return reasons(asked("difference", 500, 800), *rows)[1:]

    assert parts(60, 40) == ["told", "told"]
    assert parts(9, 40) == parts(60, 9) == parts(np.nan, np.nan) == [FEW, FEW]


def test_a_share_difference_needs_ten_people_at_the_threshold_and_below_it_in_each_arm():
    def of(mentored: float, comparison: float) -> str:
        above = {"n_events_mentored": mentored, "n_events_comparison": comparison}
        above |= {"n_events": mentored + comparison, "unit": "per 100 people"}
        return reasons(asked("share_difference", 100, 200, **above))[0]

    assert of(30, 60) == of(90, 190) == "told"
    assert of(9, 60) == of(91, 60) == of(30, 9) == of(30, 191) == of(np.nan, np.nan) == FEW


@pytest.mark.parametrize(
    ("people", "is_told"), [((500, 800), True), ((495, 797), False), ((495, 795), True)]
)
def test_growth_is_told_where_nobody_or_ten_people_were_lost_in_its_year(people, is_told):
    """The difference at 24 months less growth is that at 12 months of those still there."""
    rows = [
        asked("difference", 500, 800, months=12.0),
        asked("difference", *people),
        asked("growth_difference", *people),
    ]
    because = "hidden: fewer than 10 people were lost in the year that it is about"
    assert reasons(*rows) == ["told", "told", "told" if is_told else because]


def test_growth_is_told_beside_a_hidden_difference_of_the_year_before():
    rows = [asked("difference", 9, 800, months=12.0), asked("growth_difference", 10, 800)]
    assert reasons(*rows) == [FEW, "told"]


def test_a_test_of_an_unknown_number_of_people_is_hidden_and_one_of_many_is_told():
    test = {"method": "group_time_effects", "unit": "chi-square", "months": np.nan}
    assert reasons(asked("pre_trend", 300, 700, **test)) == ["told"]
    assert reasons(asked("pre_trend", np.nan, np.nan, **test)) == [FEW]
    assert reasons(asked("hausman", 300, 9, **test | {"method": "within_between"})) == [FEW]


def points(quantity: str, n_events: list[float], **more) -> pd.DataFrame:
    whose = {"role": "protege", "contrast": "any", "subgroup": "all", "outcome": "mood"}
    figures = ["estimate", "std_error", "ci_low", "ci_high", "band_low", "band_high"]
    about = {"method": "matched_difference", "quantity": quantity, "arm": "difference"}
    rows = [
        whose | about | dict.fromkeys(figures, 1.23456) | {"months": 6.0 * place, "n_events": n}
        for place, n in enumerate(n_events)
    ]
    told = {"unit": "per 100 people", "n_at_risk": 100.0} | more
    frame = pd.DataFrame(rows).assign(**told)
    return frame_of(schema.CURVES, frame.to_dict("records"))


def test_a_curve_of_shares_leaves_out_points_of_a_small_cell_and_tells_no_cell():
    curve = points("share_difference", [40, 9, 20])
    found = release_curves(curve, schema.ESTIMATES.empty(), SETTINGS)
    assert found["estimate"].notna().tolist() == [True, False, True]
    assert found["n_at_risk"].notna().tolist() == [True, False, True]
    assert found["n_events"].isna().all()


def test_a_band_is_rounded_and_hidden_with_its_point():
    curve = points("difference", [np.nan] * 3, n_at_risk=[50.0, 20.0, 9.0], unit="points")
    found = release_curves(curve, schema.ESTIMATES.empty(), SETTINGS)
    assert found["band_low"].tolist()[:2] == [1.235, 1.235]
    assert found[["band_low", "band_high"]].iloc[2].isna().all()


def test_leads_and_lags_stop_where_fewer_than_ten_mentored_have_a_value():
    curve = points("coefficient", [np.nan] * 3, n_at_risk=[50.0, 9.0, 40.0], unit="points")
    curve = curve.assign(method="two_way_fixed_effects")
    found = release_curves(curve, schema.ESTIMATES.empty(), SETTINGS)
    assert found["estimate"].notna().tolist() == [True, False, False]
