"""The words of the HR report. They come from these tables, keyed by verdict, never from a mood.

Sentences have at most 25 words and none of `BANNED`; tests hold them to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

BANNED = (
    "significant",
    "significance",
    "hazard",
    "odds",
    "covariate",
    "propensity",
    "counterfactual",
    "p-value",
    "standard deviation",
    "regression",
    "estimand",
    "heterogeneity",
    "ATE",
    "ATT",
    "SMD",
    "SD",
)
"""Words that the HR report may not hold; capitals are matched as written."""

MOST_WORDS = 25


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one verdict is said.

    short     in the table of outcomes
    claim     after the numbers; {doubt} is what is in doubt
    badge     how sure, in a word or two; level is the filled quarters of its dial
    why       the badge's reason
    follows   what follows for the programme;  change: what would change the answer
    """

    short: str
    claim: str
    badge: str
    level: int
    why: str
    follows: str
    change: str


_CHECKED = "Chance did not decide who got a mentor, but every check of the comparison passed."
_DOUBT = "The comparison is in doubt: not every check of it passed."
_LOTTERY = "Chance decided who got a mentor, and every check of the comparison passed."
_WOULD_SETTLE = "A lottery among those who wait for a mentor would settle what records cannot."

VERDICTS: Mapping[str, Verdict] = {
    "helps": Verdict(
        "Helps",
        "Having a mentor results in this difference.",
        "Shown",
        4,
        _LOTTERY,
        "There is good reason to keep the programme, if its cost is worth this difference.",
        "A change in who takes part, or in what mentors do, could change the answer.",
    ),
    "probably_helps": Verdict(
        "Probably helps",
        "Having a mentor probably makes this difference.",
        "Probable",
        3,
        _CHECKED,
        "Keeping the programme is reasonable, if its cost is worth this difference.",
        _WOULD_SETTLE,
    ),
    "may_help": Verdict(
        "May help",
        "Having a mentor may make this difference.",
        "Possible",
        2,
        _DOUBT,
        "Keep the programme at its present size until the doubt is cleared.",
        _WOULD_SETTLE,
    ),
    "too_small_to_matter": Verdict(
        "Too small to matter",
        "If there is a difference, it is too small to matter here.",
        "Little effect",
        3,
        "The whole range of values that fit the records is below what would matter.",
        "Do not keep the programme for the sake of this outcome alone.",
        "A different programme, or other people in it, could change the answer.",
    ),
    "cannot_tell": Verdict(
        "Cannot tell",
        "These records cannot tell whether a mentor makes a difference. "
        "That is not the same as no effect.",
        "Open",
        1,
        "Values on both sides of no difference fit the records.",
        "Neither keep nor stop the programme because of this outcome.",
        "More people, or a longer follow-up, would narrow the range.",
    ),
    "may_hurt": Verdict(
        "May hurt",
        "Having a mentor may make this difference, which is the unwanted one.",
        "Possible",
        2,
        _DOUBT,
        "Look into the doubt soon, and ask those mentored what happened.",
        _WOULD_SETTLE,
    ),
    "probably_hurts": Verdict(
        "Probably hurts",
        "Having a mentor probably makes this difference, which is the unwanted one.",
        "Probable",
        3,
        _CHECKED,
        "Review the programme before it takes in more people.",
        _WOULD_SETTLE,
    ),
    "hurts": Verdict(
        "Hurts",
        "Having a mentor results in this difference, which is the unwanted one.",
        "Shown",
        4,
        _LOTTERY,
        "Stop taking in people until the programme has been changed.",
        "A change in what mentors do could change the answer.",
    ),
    "not_reliable": Verdict(
        "Not reliable",
        "A check of the comparison failed or was not made, so no number is shown as a finding.",
        "Not reliable",
        0,
        "Without its checks a comparison can mislead, whatever number it gives.",
        "Do not decide on the programme because of this outcome.",
        "The checks must be made and passed, or the outcome studied with a lottery.",
    ),
    "not_measured": Verdict(
        "Not measured",
        "This study has no records of it.",
        "Not measured",
        0,
        "The study file declares the outcome, but the records do not hold it.",
        "Nothing follows for the programme.",
        "Records of this outcome would be needed.",
    ),
}


@dataclass(frozen=True, slots=True)
class Event:
    """How an event is said: what people did, and the difference it makes counted as time.

    clear     where the range has no zero in it;  unclear: where it has
    """

    did: str
    clear: str
    unclear: str


MORE, FEWER = "more", "fewer"
TINY = "under 0.1"
EVENTS: Mapping[str, Event] = {
    "promotion": Event(
        "were promoted",
        "Over {months} months, those with a mentor had on average {size} {more} months since a "
        "promotion than similar colleagues ({range}), counting everyone.",
        "Counted as time since a promotion: {size} {more} months per person with a mentor. "
        "The records fit {range} too, so there is no clear difference.",
    ),
    "voluntary_exit": Event(
        "left by choice",
        "Over {months} months, leaving by choice cost {size} {more} months of work per person "
        "with a mentor than per similar colleague ({range}).",
        "Counted as work lost to leaving by choice: {size} {more} months per person with a "
        "mentor. The records fit {range} too, so there is no clear difference.",
    ),
}
"""Time within the window since the event, of everyone: without the event it is none."""

CHECKS: Mapping[str, tuple[str, str]] = {
    "overlap": (
        "too few people could have been in either group",
        "whether people could have been in either group",
    ),
    "balance": (
        "the two groups differed before the start",
        "whether the two groups were alike before the start",
    ),
    "unmatched_mentees": (
        "many of those mentored could not be compared",
        "how many could not be compared",
    ),
    "flow": (
        "some people could not be accounted for between the records and the two groups",
        "whether everybody is accounted for",
    ),
    "events_expected": (
        "too few such events are to be expected in one of the groups",
        "whether enough such events are to be expected",
    ),
    "before_start_trend": (
        "the two groups may have moved apart before the start",
        "whether the two groups moved alike before the start",
    ),
    "placebo_start": (
        "the mentored were already moving apart in the year before the start",
        "whether the mentored were already moving apart in the year before the start",
    ),
    "negative_controls": (
        "a difference shows where mentoring cannot act",
        "whether a difference shows where mentoring cannot act",
    ),
    "attrition": (
        "one group dropped out of the records more than the other",
        "whether one group dropped out more",
    ),
    "linkage": (
        "records of one group were found less often",
        "whether records of both groups were found alike",
    ),
    "response": (
        "one group answered the survey more than the other",
        "whether both groups answered the survey alike",
    ),
    "measurement_invariance": (
        "answers may not mean the same in both groups",
        "whether answers mean the same in both groups",
    ),
    "common_source": (
        "the same people told who was mentored and how they feel",
        "whether the same people told who was mentored and how they feel",
    ),
}
"""For a reader: what it means when a check fails or is in doubt; and what the check asks."""

UNCHECKED = "{asks} was not checked"
ASK_FOR = "Ask for the missing check: {asks}."
CLEAR_FIRST = "The doubt to clear first: {doubt}."
RESTS_ON = "This rests on {label}, after {months} months."

HIDDEN_VERDICT = Verdict(
    "Not shown",
    "Too few people stand behind the number, so it is not shown.",
    "Not shown",
    0,
    "A number that rests on few people could tell something about one of them.",
    "Nothing follows for the programme.",
    "More people, or a longer follow-up, would allow a number to be shown.",
)

HIDDEN = "too few people stand behind the number"
NO_ESTIMATE = "there is no estimate at this horizon"

ROLES = {
    "protege": "What did mentoring do for those who got a mentor?",
    "mentor": "What did mentoring do for those who became mentors?",
    "organisation": "What did mentoring do for the organisation?",
}

MEANINGS: Mapping[str, tuple[str, str]] = {
    "helps": ("Helps (shown)", "Better with a mentor; chance decided who got one."),
    "probably_helps": (
        "Probably helps (probable)",
        "Better with a mentor, and every check of the comparison passed.",
    ),
    "may_help": (
        "May help (possible)",
        "Better with a mentor, but a check is in doubt or could not be made.",
    ),
    "too_small_to_matter": (
        "Too small to matter (little effect)",
        "Below the difference that the study named beforehand as worthwhile.",
    ),
    "cannot_tell": (
        "Cannot tell (open)",
        "Both better and worse with a mentor fit the records.",
    ),
    "may_hurt": (
        "May hurt (possible)",
        "Worse with a mentor, but a check is in doubt or could not be made.",
    ),
    "probably_hurts": (
        "Probably hurts (probable)",
        "Worse with a mentor, and every check of the comparison passed.",
    ),
    "hurts": ("Hurts (shown)", "Worse with a mentor; chance decided who got one."),
    "not_reliable": (
        "Not reliable",
        "A check failed, or was not made without the study saying so beforehand.",
    ),
    "not_measured": ("Not measured", "The study asks for it, but holds no records of it."),
}
"""The glossary's term for each verdict, with its word for how sure, and what both mean."""

HIDDEN_MEANING = ("Not shown", "Too few people stand behind the number.")
