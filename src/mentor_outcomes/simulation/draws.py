"""Chance, made beforehand: one stream per process and month, one number per stay.

Whatever happens to a person in one month takes its number from the same place in every world, so
two worlds differ only by what was made to differ.
"""

from dataclasses import dataclass

import numpy as np

PROCESSES = (
    "person",
    "units",
    "hires",
    "stock",
    "entry",
    "rehire",
    "ids",
    "transfer",
    "transfer_to",
    "leave",
    "leave_day",
    "leave_length",
    "rating",
    "rating_day",
    "promotion",
    "promotion_raise",
    "merit",
    "voluntary",
    "involuntary",
    "retirement",
    "other",
    "exit_day",
    "exit_month_end",
    "formal",
    "informal",
    "start_day",
    "asking",
    "mentorship",
    "mentor",
    "factor",
    "trait",
    "item",
    "response",
    "answer_day",
    "skipped",
    "functions",
    "offers",
    "output",
    "survey_meta",
)
_CODES = {name: code for code, name in enumerate(PROCESSES)}


@dataclass(frozen=True, slots=True)
class Draws:
    """The study's chance. `n_stays` is how many stays exist, those that may never happen too."""

    seed: int
    n_stays: int = 0

    def generator(self, process: str, *steps: int) -> np.random.Generator:
        """The stream of a process at a step (a month, a wave, an item)."""
        key = (_CODES[process], *steps)
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))

    def uniform(self, process: str, *steps: int) -> np.ndarray:
        """One number in [0, 1) per stay."""
        return self.generator(process, *steps).random(self.n_stays)

    def normal(self, process: str, *steps: int) -> np.ndarray:
        """One standard normal number per stay."""
        return self.generator(process, *steps).standard_normal(self.n_stays)
