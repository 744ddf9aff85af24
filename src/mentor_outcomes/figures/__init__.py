"""Released rows become figures. Nothing is computed here: what is drawn was published."""

from mentor_outcomes.figures.drawing import Drawing, draw_all

__all__ = ["Drawing", "draw_all"]
