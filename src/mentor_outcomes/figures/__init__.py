"""Released rows become figures. Nothing is computed here: what is drawn was published."""

from mentor_outcomes.figures.drawing import draw_all, draw_design
from mentor_outcomes.figures.style import Drawing

__all__ = ["Drawing", "draw_all", "draw_design"]
