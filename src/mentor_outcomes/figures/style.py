"""How every figure looks: the typeface of the reports, quiet axes, one colour for the mentored."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import font_source_sans_pro
import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure

from mentor_outcomes.study import ArmWords, Figures

TEXT_WIDTH_INCHES = 6.69
"""Width of a report's text, 170 mm: figures are drawn at the size at which they are printed."""

INK, QUIET, FAINT = "#1D2733", "#5B6672", "#D5DADF"
_FACES = ("SourceSansPro", "SourceSansProIt", "SourceSansProSemibold", "SourceSansProBold")


@dataclass(frozen=True, slots=True)
class Arm:
    """How one group is drawn. Line and marker differ too: colour is never the only sign."""

    label: str
    colour: str
    marker: str
    line: str


def arms(settings: Figures, words: ArmWords) -> dict[str, Arm]:
    """Both groups, by their name in the tables."""
    return {
        "mentored": Arm(words.mentored, settings.mentored_colour, "o", "-"),
        "comparison": Arm(words.comparison, settings.comparison_colour, "s", (0, (5, 2))),
    }


@cache
def _register_typeface() -> None:
    for face in _FACES:
        font_manager.fontManager.addfont(font_source_sans_pro.font_files_ttf[face])


@contextmanager
def styled(settings: Figures) -> Iterator[None]:
    """Matplotlib's settings for the figures drawn and saved within; restored afterwards."""
    _register_typeface()
    size = settings.font_size
    look = {
        "font.family": "Source Sans Pro",
        "font.size": size,
        "axes.titlesize": size,
        "axes.titleweight": 600,
        "axes.titlelocation": "left",
        "axes.labelsize": size,
        "axes.labelcolor": INK,
        "axes.edgecolor": QUIET,
        "axes.linewidth": 0.7,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.labelsize": size,
        "ytick.labelsize": size,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "text.color": INK,
        "lines.linewidth": 1.6,
        "lines.markersize": 4,
        "legend.frameon": False,
        "legend.fontsize": size,
        "svg.fonttype": "path",
        "svg.hashsalt": "mentor_outcomes",
    }
    with matplotlib.rc_context(look):
        yield


def titled(figure: Figure, title: str, settings: Figures) -> None:
    """Put the message of the figure above it, flush left."""
    figure.suptitle(
        title, x=0.0, ha="left", fontsize=settings.font_size + 2.5, fontweight=600, color=INK
    )


def svg_bytes(figure: Figure) -> bytes:
    """The figure as SVG; the same figure gives the same bytes. Call within `styled`."""
    target = BytesIO()
    figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as SVG, its message, and what it shows for those who cannot see it."""

    name: str
    title: str
    description: str
    svg: bytes


def drawn(name: str, title: str, description: str, figure: Figure) -> Drawing:
    """The finished figure with its words. Call within `styled`."""
    return Drawing(name, title, description, svg_bytes(figure))
