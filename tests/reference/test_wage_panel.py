"""The wage panel of Vella & Verbeek (1998) against R's plm; wage_panel.R made wage_panel.csv."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from linearmodels.datasets import wage_panel

from mentor_outcomes.estimates import fixed_effects

FOLDER = Path(__file__).parent
PROJECT = FOLDER.parents[1]
EXAMPLE = PROJECT / "examples" / "wage_panel"
TERMS = ["union", "married", "expersq"]
R = pd.read_csv(FOLDER / "wage_panel.csv", comment="#").set_index("term").loc[TERMS]
SAME = 1e-10
"""Least squares on 4,360 rows by another route; 15 digits stored."""
PUBLISHED = 0.080
ROUNDED = 1e-4
"""The estimate is 0.08000185; the paper gives three decimals."""


def fit():
    return fixed_effects(
        wage_panel.load(), unit="nr", period="year", outcome="lwage", regressors=TERMS
    )


def test_coefficients_equal_plm_and_the_published_one():
    result = fit()
    assert result.coefficients == pytest.approx(R["estimate"].to_numpy(), abs=SAME)
    assert result.coefficients[0] == pytest.approx(PUBLISHED, abs=ROUNDED)


def test_clustered_errors_equal_plm_with_the_correction_sss():
    errors = fit().tidy()["std_error"].to_numpy()
    assert errors == pytest.approx(R["error_sss"].to_numpy(), abs=SAME)


def test_clustered_errors_exceed_plms_default_by_the_stated_factor():
    """G/(G-1) x (n-1)/(n-K) with 545 men, 4,360 rows and 3 coefficients."""
    errors = fit().tidy()["std_error"].to_numpy()
    factor = np.sqrt(545 / 544 * 4359 / 4357)
    assert errors == pytest.approx(R["error_hc0"].to_numpy() * factor, abs=SAME)


def test_every_man_and_year_is_used_and_those_who_switch_are_counted():
    result = fit()
    assert (result.n_rows, result.n_units, result.n_periods) == (4360, 545, 8)
    assert (result.n_missing, result.n_singletons) == (0, 0)
    panel = wage_panel.load()
    n_switchers = (panel.groupby("nr")["union"].nunique() == 2).sum()
    assert result.n_switchers[0] == n_switchers


def example_sources() -> dict[str, pd.DataFrame]:
    spec = importlib.util.spec_from_file_location("make_sources", EXAMPLE / "make_sources.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.sources(wage_panel.load())


def test_the_example_writes_each_run_of_union_years_as_one_mentorship():
    mentoring = example_sources()["mentoring.csv"]
    first, last = (mentoring[day].str[:4].astype(int) for day in ("started_on", "ended_on"))
    panel = wage_panel.load()
    assert (last - first + 1).sum() == panel["union"].sum()
    assert (first == 1980).sum() == 137
    in_order = mentoring.assign(first=first, last=last).sort_values(["protege_id", "first"])
    earlier = in_order.groupby("protege_id")["last"].shift()
    assert (in_order["first"] > earlier + 1)[earlier.notna()].all()


def test_the_logarithm_of_the_examples_pay_is_the_published_wage():
    pay = example_sources()["pay_history.csv"]
    panel = wage_panel.load().sort_values(["nr", "year"])
    assert np.log(pay["annual_pay"].astype(float)).to_numpy() == pytest.approx(
        panel["lwage"].to_numpy(), abs=1e-15
    )


def test_the_examples_stages_are_the_projects_without_the_simulation():
    ours = yaml.safe_load((PROJECT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    theirs = yaml.safe_load((EXAMPLE / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    del ours["simulate"]
    ours["ingest"]["deps"] = [
        "data/raw" if dependency == "data/simulated" else dependency
        for dependency in ours["ingest"]["deps"]
    ]
    remedy = "copy dvc.yaml to the example, without `simulate`, with data/raw for data/simulated"
    assert theirs == ours, remedy
