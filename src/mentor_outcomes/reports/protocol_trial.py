"""The trial one would wish for, beside its emulation, and what each part of that rests on."""

from collections.abc import Mapping

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.trial import target_trial
from mentor_outcomes.study import Groups

_IN_ALL_DESIGNS: Mapping[str, str] = {
    "Eligibility": "Employment, job and leave records as of the day before. Nothing dated after "
    "the start decides who is in.",
    "Strategies": "The first mentorship on record. Mentoring nobody wrote down counts as none, "
    "which makes a difference look smaller.",
    "Assignment": "Likeness in recorded history stands in for the lot. What no record holds is "
    "not balanced by it.",
    "Outcomes": "The same records for both arms, kept for other purposes; whoever wrote them knew "
    "who had a mentor.",
    "Assumptions": "Checked in part: see the checks. That nothing unrecorded drives both start and "
    "outcome cannot be checked.",
    "Analysis": "Fixed here. The hash below changes with any of its settings; the version of the "
    "software that reads them stands in the footer.",
}

SOURCE = (
    "The components follow the items of the TARGET statement for observational studies that "
    "emulate a target trial (Cashin et al. 2025, JAMA, doi 10.1001/jama.2025.13350; BMJ, doi "
    "10.1136/bmj-2025-087179), in our own words."
)


def resting_on(groups: Groups) -> dict[str, str]:
    """By component of the trial: which records carry it, and where they may fall short."""
    words = method_words(groups)
    return {
        **_IN_ALL_DESIGNS,
        "Time zero and follow-up": words.day_rests_on,
        "Contrast": words.whom_rests_on,
    }


def has_design(results: Results) -> bool:
    """Whether starts are emulated; not where exposure goes on and off."""
    return results.study.exposure.measure == "started"


def trial_section(results: Results) -> dict[str, object]:
    """The components of the trial, each with its emulation and its limits."""
    if not has_design(results):
        return blocks.section(
            "Design",
            blocks.text(
                "Exposure goes on and off, so no start can be emulated: there are no comparison "
                "groups, and no outcome can be found reliable. Models with person and period "
                "effects are fitted on everybody."
            ),
        )
    rests_on = resting_on(results.study.groups)
    return blocks.section(
        "Target trial and emulation",
        blocks.text(SOURCE),
        blocks.table(
            "The trial one would wish for, what will be done with the records, and its limits",
            ("Component", "Target trial", "Emulation", "Resting on"),
            [(*row, rests_on[row[0]]) for row in target_trial(results)],
            widths=(0.9, 1.3, 3, 2),
            size=7.6,
            may_break=True,
        ),
    )
