"""Leads and lags of the two-way model beside the difference in the sets, and how to read them."""

from collections.abc import Mapping

import numpy as np

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import p_value, with_figure
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.panel_ways import MATCHED, NO_HORIZON, TWO_WAY
from mentor_outcomes.reports.results import Results

_CAPTION = (
    "Diamonds: leads and lags of the two-way model, everybody, with {level} intervals; line: the "
    "{adjective} difference above, without its interval. Source: study records, {since} to {until}."
)
ABOUT = (
    "Leads and lags set a mentored person beside everybody else. Where the "
    "diamonds already rise or fall before the start, those who would be mentored were on another "
    "course, and what follows the start is that course and mentoring together."
)
PULLS = (
    "So here (p before {p}): the model makes a growing effect too small, but who was chosen pulls "
    "the other way, and the diamonds lie {side} the line."
)
EITHER_WAY = (
    "A model that makes a growing effect too small may so lie on either side of the line: who was "
    "chosen pulls it either way."
)
_SEEN = 0.05
"""p of the leads below which those chosen are said to have been on another course."""


def two_way_pieces(
    results: Results, name: str, figures: Mapping[str, Mapping[str, str]]
) -> list[dict[str, object]]:
    """The figure of one outcome with how to read it; nothing where it is not drawn."""
    adjective = method_words(results.study.groups).adjective
    drawn = with_figure(results, figures, f"two_way_{name}", _CAPTION, adjective=adjective)
    return [*drawn, blocks.text(f"{ABOUT} {who_was_chosen(results, name)}")] if drawn else []


def who_was_chosen(results: Results, name: str) -> str:
    """Whether, in this study, the course of those chosen outweighs what the model does to growth.

    It is said where the leads are seen to differ from 0, lie on the side from which they lead up to
    the effect, and the lag at the main horizon is larger than the difference in the sets.
    """
    test = results.row(name, TWO_WAY, "pre_trend", NO_HORIZON)
    sets = results.row(name, MATCHED, "difference")
    curves = results.rows("curves")
    leads = curves[(curves["outcome"] == name) & (curves["method"] == TWO_WAY)]
    leads = leads.dropna(subset=["estimate"]).set_index("months")["estimate"]
    then, before = leads.get(results.months, np.nan), leads[leads.index < 0].mean()
    if test is None or sets is None or not np.isfinite([then, before, sets.estimate]).all():
        return EITHER_WAY
    grows = np.sign(sets.estimate)
    if not (test.p_value < _SEEN and before * grows < 0 < (then - sets.estimate) * grows):
        return EITHER_WAY
    side = "above" if grows > 0 else "below"
    return PULLS.format(p=p_value(test.p_value), side=side)
