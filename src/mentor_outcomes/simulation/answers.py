"""From what people feel to the boxes they tick."""

from collections.abc import Mapping

import numpy as np

from mentor_outcomes.errors import StudyError
from mentor_outcomes.simulation.draws import Draws
from mentor_outcomes.simulation.parameters import TRAITS
from mentor_outcomes.study import Scale

SKIPPED = -1
FUNCTION_ITEMS = tuple(f"mf{number}" for number in range(1, 10))
MENTOR_ITEMS = ("ps1", "ps2", "ex1", "ex2", "pf1", "pf2", "lo1", "lo2", "re1", "re2")


def check_scales(scales: Mapping[str, Scale]) -> None:
    """Refuse scales for which the simulation has no trait."""
    unknown = [name for name in scales if name not in TRAITS]
    if unknown:
        raise StudyError(
            f"scales.{unknown[0]} is not known to the simulation.",
            expected=f"some of {', '.join(TRAITS)}.",
            remedy="remove it from params.yaml, or give it a trait in simulation/parameters.py.",
        )


def item_answers(
    name: str, scale: Scale, level: np.ndarray, draw: np.ndarray, wave: int, draws: Draws
) -> np.ndarray:
    """Answers to a scale's items with nothing skipped, shape (items, people), as ticked.

    level   the trait in SDs;  draw   each person's place in the streams of draws
    """
    trait = TRAITS[name]
    stretch = (scale.highest - scale.lowest) / (trait.highest - trait.lowest)
    centre = scale.lowest + stretch * (trait.mean - trait.lowest)
    feeling = centre + stretch * trait.trait_sd * level
    rows = []
    for number, item in enumerate(scale.items):
        code = (list(TRAITS).index(name), number, wave)
        noise = stretch * trait.noise_sd * draws.normal("item", *code)[draw]
        answer = np.clip(np.round(feeling + noise), scale.lowest, scale.highest)
        is_reversed = item in scale.reverse_keyed
        rows.append(scale.lowest + scale.highest - answer if is_reversed else answer)
    return np.array(rows).astype("int64")


def observed_score(answers: np.ndarray, scale: Scale) -> np.ndarray:
    """Mean answer in points, reversed items turned back."""
    is_reversed = np.array([item in scale.reverse_keyed for item in scale.items])
    turned = np.where(is_reversed[:, None], scale.lowest + scale.highest - answers, answers)
    return turned.mean(axis=0)


def opinions(n_items: int, n_people: int, mean: float, sd: float, rng: np.random.Generator):
    """Answers of 1 to 5 to items about one relationship, shape (items, people)."""
    person = rng.standard_normal(n_people)
    noise = rng.standard_normal((n_items, n_people))
    return np.clip(np.round(mean + sd * (person + noise)), 1, 5).astype("int64")


def with_skipped(answers: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Some boxes left empty at random."""
    return np.where(rng.random(answers.shape) < share, SKIPPED, answers)


def question(trait: str, number: int) -> str:
    """Placeholder for an item's text, which belongs to its instrument."""
    return f"{trait.replace('_', ' ').capitalize()}, statement {number}"
