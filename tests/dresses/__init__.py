"""One invented organisation in the dress of several providers: the same facts, other files.

Each dress is a function of the plain exports: it gives the files, as bytes by name, and the
sources (and settings) with which a study reads them.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Dress:
    """files: name -> bytes; sources, grades, ingest: as in params.yaml."""

    files: dict[str, bytes]
    sources: dict[str, dict]
    grades: tuple[str, ...] = ()
    ingest: dict[str, object] = field(default_factory=dict)
