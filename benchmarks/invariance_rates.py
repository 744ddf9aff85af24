"""How often invariance is denied where it holds, and missed where it does not.

Items are standard normal with loadings of .8 on one factor (in nine rows .6) in two groups, drawn
anew in every run. One item then loads .5 in the second group, its variance kept, or its intercept
is shifted there by .4 SD. "no" and "doubtful" are the verdicts of `measures.invariance`; "either"
is the "no" of the rule it departs from, which denies a step if CFI falls by more than .010 or RMSEA
rises by .015 or more. Both rules deny scalar where they deny metric, so that "scalar either" is
also how often ours finds some doubt in any step. Run from the project's folder:

    python -m benchmarks.invariance_rates --runs 300 > benchmarks/results/invariance_rates.txt
"""

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.measures import invariance
from mentor_outcomes.measures.invariance import CFI_MAY_FALL, DOUBTFUL, RMSEA_RISES

SIZES = ((300, 300), (100, 400), (1000, 1000))
N_ITEMS = (3, 4, 6)
STEPS = ("metric", "scalar")


@dataclass(frozen=True, slots=True)
class World:
    """Loadings of all items, and what is different of the last one in the second group."""

    says: str
    loading: float = 0.8
    last_loading: float = 0.8
    last_shift: float = 0.0


WORLDS = (
    World("invariant"),
    World("invariant, loadings .6", loading=0.6, last_loading=0.6),
    World("one loading .8, .5", last_loading=0.5),
    World("one intercept + .4 SD", last_shift=0.4),
)


def sheets(rng: np.random.Generator, n: int, loadings: np.ndarray, shift: float) -> np.ndarray:
    """Answers of one group to items of variance 1; the last item's intercept is `shift`."""
    noise = rng.standard_normal((n, len(loadings))) * np.sqrt(1 - loadings**2)
    answers = rng.standard_normal((n, 1)) * loadings + noise
    answers[:, -1] += shift
    return answers


def run(rng: np.random.Generator, world: World, n_items: int, sizes: tuple[int, int]):
    """Verdicts of metric and scalar by our rule and by the other; None where nothing is fitted."""
    usual = np.full(n_items, world.loading)
    other = np.r_[usual[:-1], world.last_loading]
    answers = np.r_[sheets(rng, sizes[0], usual, 0), sheets(rng, sizes[1], other, world.last_shift)]
    items = pd.DataFrame(answers, columns=[f"i{number}" for number in range(n_items)])
    try:
        found = invariance(items, groups=np.repeat(["a", "b"], sizes)).steps.set_index("step")
    except EstimationError:
        return None
    metric, scalar = (_breaks_either(found.loc[step]) for step in STEPS)
    return [*found.loc[list(STEPS), "holds"], metric, metric or scalar]


def _breaks_either(step: pd.Series) -> bool:
    return bool(-step["delta_cfi"] > CFI_MAY_FALL or step["delta_rmsea"] >= RMSEA_RISES)


def row(world: World, n_items: int, sizes: tuple[int, int], n_runs: int) -> dict[str, object]:
    """Rates of one cell, in per cent of the runs that could be fitted."""
    seed = [WORLDS.index(world), n_items, *sizes]
    found = [
        run(np.random.default_rng([*seed, number]), world, n_items, sizes)
        for number in range(n_runs)
    ]
    fitted = [verdicts for verdicts in found if verdicts is not None]
    rates = {}
    for place, step in enumerate(STEPS):
        holds = pd.Series([verdicts[place] for verdicts in fitted])
        rates[f"{step} no"] = (holds == "no").mean()
        rates[f"{step} doubtful"] = (holds == DOUBTFUL).mean()
        rates[f"{step} either"] = np.mean([verdicts[2 + place] for verdicts in fitted])
    shown = {name: f"{100 * rate:.1f}" for name, rate in rates.items()}
    n = f"{sizes[0]} + {sizes[1]}"
    return {"answers": world.says, "items": n_items, "n": n, "fitted": len(fitted)} | shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    n_runs = parser.parse_args().runs
    rows = [
        row(world, n_items, sizes, n_runs)
        for world in WORLDS
        for n_items in N_ITEMS
        for sizes in SIZES
    ]
    print(f"Per cent of {n_runs} runs a row; one standard error is at most {50 / n_runs**0.5:.1f}.")
    print(pd.DataFrame(rows).to_string(index=False))


if __name__ == "__main__":
    main()
