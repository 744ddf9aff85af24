"""Which profile fits a file of unknown headers, and which of them could be our columns.

Names only: no value of a file is looked at. What two headers could mean is listed, not chosen.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import yaml

from mentor_outcomes.sources.header_names import plain_name
from mentor_outcomes.sources.profiles import load_profile
from mentor_outcomes.study import Layout
from mentor_outcomes.study.source import PROFILE_NAMES

LEAST_FIT = 0.75
"""Share of a profile's headers below which a file is not thought to be that provider's."""

LEAST_LIKENESS = 0.82
"""Share of common letters below which two names are not alike."""

CLEAR_LEAD = 0.05
"""By how much the best header must lead to be chosen."""

Columns = Mapping[str, Mapping[str, str]]
"""Shape -> our column -> required, optional or if_given; the first shape is the usual one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A header that could be one of our columns; score from 0 to 1, and why."""

    ours: str
    theirs: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How many of the headers that a profile names for a source are in the file."""

    profile: str
    n_found: int
    n_named: int

    @property
    def share(self) -> float:
        return self.n_found / self.n_named if self.n_named else 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How a file could be read as one of our sources.

    profile     the provider's that fits best; plain where none does
    fits        all profiles with a header in the file, the best first
    shape       of the source, where it is not the usual one
    chosen      our columns that have one clear header
    ambiguous   our column -> several headers that could be it, the best first
    lacking     our columns without any header that the study has to say something about
    needed      those of `lacking` and `ambiguous` that must have a value in every row
    warnings    header -> why it is never mapped by its name alone
    """

    source: str
    profile: str
    fits: tuple[Fit, ...] = ()
    shape: str | None = None
    chosen: tuple[Candidate, ...] = ()
    ambiguous: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    warnings: Mapping[str, str] = field(default_factory=dict)

    @property
    def coverage(self) -> float:
        """Share of the columns that every row needs for which there is a header."""
        n_chosen = len(self.chosen)
        return n_chosen / (n_chosen + len(self.needed)) if n_chosen else 0.0


def suggest(
    headers: Sequence[str], source: str, columns: Columns, *, profile: str | None = None
) -> Suggestion:
    """The best reading of a file with these headers as `source`, whose columns are given.

    With `profile` only that one is considered. Where profiles fit equally well none is chosen.
    """
    fits = _fits(headers, source, columns)
    best = profile or _best(fits)
    layout = load_profile(best).sources.get(source, Layout())
    shapes = [layout.shape] if layout.shape in columns else list(columns)
    tried = [_as_shape(headers, source, columns, shape, best, layout) for shape in shapes]
    usual = next(iter(columns))
    found = max(tried, key=lambda each: (each.coverage, each.shape == usual, len(each.chosen)))
    return Suggestion(
        source=source,
        profile=best,
        fits=fits,
        shape=None if found.shape in (usual, layout.shape) else found.shape,
        chosen=found.chosen,
        ambiguous=found.ambiguous,
        lacking=found.lacking,
        needed=found.needed,
        warnings=_warnings(headers, found.chosen),
    )


def _as_shape(
    headers: Sequence[str],
    source: str,
    columns: Columns,
    shape: str,
    profile: str,
    layout: Layout,
) -> Suggestion:
    """The mapping for one shape of the source."""
    wanted = columns[shape]
    candidates = {
        ours: _candidates(ours, headers, profile, layout.columns.get(ours)) for ours in wanted
    }
    clear = {ours: found[0] for ours, found in candidates.items() if _is_clear(found)}
    # One header cannot be two of our columns, except where the profile itself says so.
    contested = {
        ours: each
        for ours, each in clear.items()
        if each.score < 1
        and any(
            other.theirs == each.theirs and other.score >= each.score
            for name, other in clear.items()
            if name != ours
        )
    }
    chosen = {ours: each for ours, each in clear.items() if ours not in contested}
    taken = {each.theirs for each in chosen.values()}
    open_still = {
        ours: tuple(each for each in found if each.theirs not in taken)
        for ours, found in candidates.items()
        if ours not in chosen and layout.columns.get(ours) != ""
    }
    ambiguous = {ours: found for ours, found in open_still.items() if found}
    return Suggestion(
        source=source,
        profile=profile,
        shape=shape,
        chosen=tuple(chosen.values()),
        ambiguous=ambiguous,
        lacking=tuple(
            ours for ours, found in open_still.items() if not found and wanted[ours] != "if_given"
        ),
        needed=tuple(ours for ours in open_still if wanted[ours] == "required"),
    )


def _is_clear(found: Sequence[Candidate]) -> bool:
    return bool(found) and (len(found) == 1 or found[0].score - found[1].score >= CLEAR_LEAD - 1e-9)


def _candidates(
    ours: str, headers: Sequence[str], profile: str, named: str | None
) -> tuple[Candidate, ...]:
    """Headers that could be our column, the best first."""
    found = [
        Candidate(ours, header, score, reason)
        for header in headers
        for score, reason in [_score(ours, header, profile, named)]
        if score
    ]
    best = {}
    for each in found:
        if each.theirs not in best or best[each.theirs].score < each.score:
            best[each.theirs] = each
    ordered = sorted(best.values(), key=lambda each: (-each.score, headers.index(each.theirs)))
    return tuple(ordered)


def _score(ours: str, header: str, profile: str, named: str | None) -> tuple[float, str]:
    """How likely `header` is our column, and why; 0 where nothing speaks for it."""
    theirs = alternatives(named)
    if header in theirs:
        return 1.0, f"header of the profile {profile}"
    if header == ours:
        return 1.0, "our own name"
    name = plain_name(header)
    if name in _never():
        return 0.0, ""
    if name in {plain_name(each) for each in theirs}:
        return 0.95, f"header of the profile {profile} but for capitals and signs"
    known = {plain_name(ours), *_synonyms().get(ours, ())}
    if name in known:
        return 0.9, "a usual name for it"
    alike = max(difflib.SequenceMatcher(None, name, each).ratio() for each in known)
    return (round(0.9 * alike, 3), "a similar name") if alike >= LEAST_LIKENESS else (0.0, "")


def alternatives(named: str | None) -> tuple[str, ...]:
    """The headers that a profile or study file allows for a column."""
    return tuple(each.strip() for each in (named or "").split(" | ") if each.strip())


def _fits(headers: Sequence[str], source: str, columns: Columns) -> tuple[Fit, ...]:
    """All profiles that know the source and one of whose headers is there, the best first."""
    there = set(headers)
    fits = []
    for name in PROFILE_NAMES:
        layout = load_profile(name).sources.get(source)
        if layout is None:
            continue
        named = [alternatives(theirs) for theirs in layout.columns.values() if theirs]
        if name == "plain":
            named = [
                (ours,) for ours, is_needed in next(iter(columns.values())).items() if is_needed
            ]
        n_found = sum(any(each in there for each in theirs) for theirs in named)
        fits.append(Fit(name, n_found, len(named)))
    found = [fit for fit in fits if fit.n_found]
    return tuple(sorted(found, key=lambda fit: (-fit.share, -fit.n_found)))


def _best(fits: Sequence[Fit]) -> str:
    """The profile that fits clearly best; plain where none does or two do alike."""
    good = [fit for fit in fits if fit.share >= LEAST_FIT and fit.n_found >= 2]
    if not good:
        return "plain"
    first, *others = good
    rivals = [fit for fit in others if (fit.share, fit.n_found) == (first.share, first.n_found)]
    return "plain" if rivals else first.profile


def _warnings(headers: Sequence[str], chosen: Sequence[Candidate]) -> Mapping[str, str]:
    mapped = {each.theirs for each in chosen}
    reasons = {header: _never().get(plain_name(header)) for header in headers}
    return {name: why for name, why in reasons.items() if why and name not in mapped}


@cache
def _known_names() -> tuple[Mapping[str, frozenset[str]], Mapping[str, str]]:
    """Our column -> other names of it, without capitals and signs; name -> why it is none."""
    file = resources.files("mentor_outcomes.sources") / "synonyms.yaml"
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    synonyms = {
        ours: frozenset(plain_name(each) for each in names)
        for ours, names in raw["synonyms"].items()
    }
    return synonyms, {plain_name(name): why for name, why in raw["never"].items()}


def _synonyms() -> Mapping[str, frozenset[str]]:
    return _known_names()[0]


def _never() -> Mapping[str, str]:
    return _known_names()[1]
