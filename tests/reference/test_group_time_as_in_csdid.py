"""Group-time effects against a second engine, csdid (a port of R's did).

Conventions that differ, and how they are met here. csdid drops units that lack a period, or treats
the panel as cross-sections; here a cell uses whoever has both values: with gaps csdid is given one
cell at a time, and its own aggregation is run on these cells. Covariates of cells before the start
are as of the earlier period in csdid, as of the reference here: those below do not change. Cohorts
weigh as many people as have a value at the reference, in csdid as many as there are: the same
where nobody lacks one. Errors are the same: influences squared and summed, no correction.
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from csdid.aggte_fnc.compute_aggte import compute_aggte
from csdid.att_gt import ATTgt

from mentor_outcomes.estimates import group_time_effects

MALES = pd.read_csv(Path(__file__).parent / "group_time_males.csv")
SAME = 1e-8
AGGREGATES = ["simple", "dynamic", "group", "calendar"]
COVARIATES = [(), ("school", "exper")]


def fitted(panel: pd.DataFrame, comparison: str, covariates):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ATTgt(
            yname="wage",
            tname="year",
            idname="nr",
            gname="start",
            data=panel.assign(start=panel["start"].fillna(0)),
            control_group=[{"never": "nevertreated", "not_yet": "notyettreated"}[comparison]],
            xformla=f"wage ~ {' + '.join(covariates) or '1'}",
            allow_unbalanced_panel=False,
            bstrap=False,
            cband=False,
        )
        return model.fit(est_method="reg", base_period="universal", bstrap=False)


def own(panel: pd.DataFrame, comparison: str, covariates):
    return group_time_effects(
        panel,
        unit="nr",
        period="year",
        start="start",
        outcome="wage",
        comparison=comparison,
        covariates=covariates,
    )


def assert_aggregates_equal(effects, parts: dict) -> None:
    """`parts` is csdid's own record of its cells; its aggregation prints what it finds."""
    for aggregate in AGGREGATES:
        theirs = compute_aggte(parts, typec=aggregate, bstrap=False, cband=False, na_rm=True)
        ours = effects.tidy(aggregate=aggregate)
        overall = ours.iloc[-1]
        assert np.isclose(overall["estimate"], theirs["overall_att"], rtol=0, atol=SAME)
        assert np.isclose(overall["std_error"], theirs["overall_se"], rtol=0, atol=SAME)
        if aggregate == "simple":
            continue
        at = np.asarray(theirs["egt"], dtype="float64")
        levels = ours.iloc[:-1].set_index("at").loc[at[at != -1]]
        kept = at != -1
        att, se = (np.ravel(theirs[name])[kept] for name in ("att_egt", "se_egt"))
        assert len(levels) == len(ours) - 1
        assert np.allclose(levels["estimate"], att, rtol=0, atol=SAME)
        assert np.allclose(levels["std_error"], se, rtol=0, atol=SAME)


@pytest.mark.parametrize("covariates", COVARIATES)
@pytest.mark.parametrize("comparison", ["never", "not_yet"])
def test_wage_panel_equals_csdid(comparison, covariates):
    panel = MALES[MALES["start"] != 1980]
    model = fitted(panel, comparison, covariates)
    effects = own(panel, comparison, covariates)
    theirs = pd.DataFrame({name: model.results[name] for name in ("group", "year", "att", "se")})
    theirs = theirs[theirs["year"] != theirs["group"] - 1]
    cells = effects.tidy()
    assert cells[["group", "period"]].to_numpy().tolist() == (
        theirs[["group", "year"]].to_numpy().tolist()
    )
    assert np.allclose(cells["estimate"], theirs["att"], rtol=0, atol=SAME)
    assert np.allclose(cells["std_error"], theirs["se"], rtol=0, atol=SAME)
    assert_aggregates_equal(effects, model.MP)


def invented(rng: np.random.Generator) -> pd.DataFrame:
    """120 people over six years who start in year 2, 4, 5 or never; a fifth of the rows missing."""
    n = 120
    start = rng.choice([2.0, 4.0, 5.0, np.nan], n)
    school = rng.normal(size=n)
    nr, year = np.repeat(np.arange(n), 6), np.tile(np.arange(1, 7), n)
    wage = rng.normal(size=6 * n) + school[nr] * year + np.where(year >= start[nr], 1.0, 0.0)
    frame = pd.DataFrame(
        {"nr": nr, "year": year, "start": start[nr], "school": school[nr], "wage": wage}
    )
    return frame[rng.random(len(frame)) > 0.2].assign(exper=lambda d: rng.normal(size=n)[d["nr"]])


def cell_by_cell(panel: pd.DataFrame, effects, comparison: str, covariates) -> dict:
    """csdid's record of its cells, each fitted on the people with both values."""
    units, cells = effects.units, effects.cells
    influence = np.zeros((len(units), len(cells)))
    att = np.zeros(len(cells))
    for place, cell in enumerate(cells.itertuples()):
        both = panel[panel["year"].isin([cell.reference, cell.period])]
        both = both[both.groupby("nr")["year"].transform("size") == 2]
        later = both["start"] > max(cell.reference, cell.period)
        against = both["start"].isna() | (later if comparison == "not_yet" else False)
        is_own = both["start"] == cell.group
        both = both[is_own | against].assign(start=np.where(is_own, 2.0, np.nan)[is_own | against])
        both["year"] = np.where(both["year"] == cell.reference, 1, 2)
        parts = fitted(both, "never", covariates).MP
        now = np.flatnonzero(np.asarray(parts["t"]) == 2)[0]
        people = np.sort(both["nr"].unique())
        column = np.asarray(parts["inffunc"]["inffunc"])[:, now]
        influence[np.searchsorted(units, people), place] = column * len(units) / len(people)
        att[place] = np.asarray(parts["att"])[now]
    has_value = panel.set_index(["nr", "year"]).index
    start = panel.drop_duplicates("nr").set_index("nr")["start"].reindex(units)
    counts = [(nr, g - 1) in has_value for nr, g in start.items()]
    years = np.arange(1, 7)
    record = pd.DataFrame({"nr": units, "start": start.where(counts).fillna(0), "w1": 1.0})
    record = record.reset_index(drop=True).assign(year=1)
    parts["DIDparams"].update(
        tlist=years, glist=np.unique(cells["group"]), data=record, panel=True, clustervars=None
    )
    groups, periods = cells["group"].to_numpy(), cells["period"].to_numpy()
    return parts | {
        "group": groups,
        "t": periods,
        "att": att,
        "inffunc": {"inffunc": influence},
        "n": len(units),
    }


@pytest.mark.parametrize("covariates", COVARIATES)
@pytest.mark.parametrize("comparison", ["never", "not_yet"])
def test_panel_with_gaps_equals_csdid_cell_by_cell(comparison, covariates):
    panel = invented(np.random.default_rng(5))
    effects = own(panel, comparison, covariates)
    parts = cell_by_cell(panel, effects, comparison, covariates)
    influence = parts["inffunc"]["inffunc"]
    assert effects.cells["n_without_value"].sum() > 100
    assert np.allclose(effects.cells["estimate"], parts["att"], rtol=0, atol=SAME)
    assert np.allclose(effects.influence, influence / len(effects.units), rtol=0, atol=SAME)
    assert_aggregates_equal(effects, parts)
