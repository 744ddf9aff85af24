"""A template, its content and its figures become the bytes of a tagged PDF."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
import typst

from mentor_outcomes.errors import MentorOutcomesError

STANDARDS = ["a-2a", "ua-1"]
"""Archival and accessible: tagged, with language, title, and alternatives to pictures."""

_FACES = ("", "It", "Semibold", "Bold")


class ReportError(MentorOutcomesError):
    """A report cannot be typeset."""


def render(template: str, content: Mapping[str, object], figures: Mapping[str, bytes]) -> bytes:
    """PDF of `templates/<template>.typ`, the same bytes for the same arguments.

    Typeset in a folder of its own that holds nothing but the templates, `content` as data.json,
    the figures as SVG and the typefaces: no system font, clock or path can enter.

    Raises
    ------
    ReportError   with the typesetter's diagnostic
    """
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for source in files("mentor_outcomes.reports").joinpath("templates").iterdir():
            if source.name.endswith(".typ"):
                (root / source.name).write_bytes(source.read_bytes())
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, allow_nan=False)
        (root / "data.json").write_text(text, encoding="utf-8")
        for figure, svg in figures.items():
            (root / f"{figure}.svg").write_bytes(svg)
        return _compile(root, f"{template}.typ")


def _compile(root: Path, main: str) -> bytes:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(_typefaces(root / "fonts"))],
    )
    try:
        return typst.compile(
            str(root / main),
            root=str(root),
            font_paths=fonts,
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
        )
    except typst.TypstError as problem:
        raise ReportError(
            f"{main} cannot be typeset: {problem.diagnostic.strip().replace(str(root), '')}",
            expected="a template that fits its content.",
            remedy="mend the template, or the function that makes its content.",
        ) from None


def _typefaces(folder: Path) -> Path:
    """One file per face: the packages hold two formats of each, and either could be taken."""
    folder.mkdir()
    for family, found in (
        ("SourceSansPro", font_source_sans_pro.font_files_ttf),
        ("SourceSerifPro", font_source_serif_pro.font_files_ttf),
    ):
        for face in _FACES:
            shutil.copy(found[family + face], folder / f"{family}{face}.ttf")
    return folder
