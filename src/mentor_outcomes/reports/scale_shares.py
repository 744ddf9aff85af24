"""Scales as people of 100, for readers: how many more are above a threshold with a mentor."""

import math
from collections.abc import Mapping

from mentor_outcomes.reports import wording
from mentor_outcomes.reports.findings import may_show_numbers
from mentor_outcomes.reports.numbers import RANGE, for_readers, of_hundred
from mentor_outcomes.reports.results import Results

FINDS_A_DIFFERENCE = (
    "helps",
    "probably_helps",
    "may_help",
    "hurts",
    "probably_hurts",
    "may_hurt",
)
"""Verdicts under which a scale may be told as people of 100 too."""
ABOVE_THRESHOLD: Mapping[str, str] = {
    "job_satisfaction": "are satisfied with their job",
    "turnover_intent": "intend to leave",
    "self_efficacy": "trust in their own abilities",
    "socialization": "feel at home in the organisation",
    "career_planning": "plan their career",
    "involvement": "are involved in their job",
    "motivation": "are motivated at work",
}
"""What people do who have at least as many points on a scale as its threshold says."""
ABOVE_ANY_THRESHOLD = "score high on {label}"
OF_HUNDRED_HEAD = (
    "Of 100 people with a mentor, against 100 similar ones without. Verdicts rest on mean points."
)
OF_HUNDRED = (
    "Some {size} {more} {does} ({range}; {threshold} points or more){chance}. Verdict: {sure}."
)
COULD_BE_CHANCE = ", which could be chance"
UNDER_ONE = "under 1"

_MATCHED, _SHARE = "matched_difference", "share_difference"


def of_hundred_by_scale(results: Results) -> list[str]:
    """One phrase per scale whose verdict finds a difference and that has a threshold.

    Where the verdict is open, too small or not reliable, nothing is said: a share is the same
    finding in other words, and no second chance to have one. Fewer people than points decide a
    share, so that it may hold no difference where the mean points do: then it says so.
    """
    names = [name for name in results.named("scale") if _may_tell(results, name)]
    return [_phrase(results, name) for name in names]


def _may_tell(results: Results, name: str) -> bool:
    finds = results.verdict(name) in FINDS_A_DIFFERENCE
    effect = results.effect(name, _MATCHED, _SHARE)
    has_threshold = results.study.outcomes[name].threshold is not None
    return finds and has_threshold and may_show_numbers(results, name) and effect.is_known


def _phrase(results: Results, name: str) -> str:
    effect = results.effect(name, _MATCHED, _SHARE)
    low, high = (for_readers(end, effect.unit) for end in (effect.ci_low, effect.ci_high))
    threshold = f"{results.study.outcomes[name].threshold:g}"
    does = ABOVE_THRESHOLD.get(name, ABOVE_ANY_THRESHOLD.format(label=results.label(name)))
    finds = effect.ci_low > 0 or effect.ci_high < 0
    verdict = wording.VERDICTS[results.verdict(name)].short
    return OF_HUNDRED.format(
        sure=verdict[0].lower() + verdict[1:],
        chance="" if finds else COULD_BE_CHANCE,
        size=_size(abs(effect.estimate)),
        more=wording.MORE if effect.estimate > 0 else wording.FEWER,
        does=does,
        threshold=threshold,
        range=f"{low}{RANGE}{high}",
    )


def _size(people: float) -> str:
    return UNDER_ONE if math.floor(people + 0.5) == 0 else of_hundred(people)
