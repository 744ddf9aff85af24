"""The day each survey wave opened: who was employed that day counts as asked."""

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.received import counted

MOST_DAYS_AHEAD = 60
EARLY_SHARE = 0.05
FEWEST_ANSWERS = 20
"""Of fewer, 5% are not one."""


def opening_days(answers: pd.DataFrame, declared: Mapping[str, date]) -> pd.Series:
    """Wave -> the day it opened: as the study file declares, else that of its first answer.

    answers   wave and answered_on, of known people

    Raises SourceError where a wave is declared that nobody answered; and where the first answer to
    one that is not declared lies more than 60 days before the day by which 5% had answered: a
    single wrong date would then decide who was asked. Of fewer than 20 answers nothing is said.
    """
    days = answers.groupby("wave")["answered_on"]
    first = days.min()
    given = {int(wave): pd.Timestamp(day) for wave, day in declared.items()}
    unknown = sorted(set(given) - set(first.index))
    if unknown:
        raise SourceError(
            f"sources.survey.waves declares {_waves(unknown)}, and nobody known has answered.",
            expected="waves that are in the survey's files.",
            remedy="add the file of that wave, or remove it from sources.survey.waves in "
            "params.yaml.",
        )
    if first.empty:
        return first.astype("datetime64[us]").rename("opened_on")
    ahead = (days.quantile(EARLY_SHARE, interpolation="higher") - first).dt.days
    is_stray = (ahead > MOST_DAYS_AHEAD) & (days.size() >= FEWEST_ANSWERS)
    stray = [wave for wave in first.index[is_stray] if wave not in given]
    if stray:
        raise SourceError(
            f"the first answer to {_waves(stray)} lies {ahead[stray].max():.0f} days before the "
            "day by which 5% had answered.",
            expected="answers from the day a wave opened on: whoever is employed that day counts "
            "as asked.",
            remedy="correct the day of that answer at the source, or declare the day the wave "
            f'opened in params.yaml: `waves: {{{stray[0]}: "YYYY-MM-DD"}}` in sources.survey.',
        )
    opened = first.astype("datetime64[us]")
    for wave, day in given.items():
        opened[wave] = day
    return opened.rename("opened_on")


def early_answers(answers: pd.DataFrame, opened: pd.Series) -> Iterator[str]:
    """Notes of answers dated before the declared opening of their wave; they are used."""
    is_early = answers["answered_on"] < opened.reindex(answers["wave"]).to_numpy()
    for wave, n in is_early.groupby(answers["wave"]).sum().items():
        if n:
            yield f"{counted(int(n), 'answer')} to wave {wave} dated before it opened"


def _waves(numbers: list[int]) -> str:
    word = "wave" if len(numbers) == 1 else "waves"
    return f"{word} {', '.join(str(number) for number in numbers)}"
