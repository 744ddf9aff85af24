"""Bad and odd files: each gives the stated error or the right table, and no row is lost."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from mentor_outcomes import errors
from mentor_outcomes.errors import MentorOutcomesError
from mentor_outcomes.sources import RawTable, read_source
from mentor_outcomes.study import Source, Study, parse_study
from mentor_outcomes.tables import Intake, ledger_of, take_in, wanted_columns
from tests.corpus.cases import CORPUS, Case, base_study, cases, files_of_corpus
from tests.corpus.written_tables import KEY, shown, written

TRAPS = 25
LARGEST_FILE = 20_000
SMALLEST_DATABASE = 50_000
"""Bytes; DuckDB writes whole blocks."""
PLANTED = re.compile(
    r"7[.,]?[12]0(?:0[1-9]|1[0-2])|@|192\.0\.2|quillfeather|zanderbeck|oxblood|vanterpool|"
    r"nighswander|mockridge|thistlewood|pennyfather|rackstraw|umfreville|warboys|bystrom|"
    r"[a-z]{2}[0-9]{2}(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
"""Ids (with or without their zeros), addresses, names and survey codes of the corpus's people."""


def name_of(case: Case) -> str:
    return f"{case.file} as {case.source}: {case.what}"


GOOD = [case for case in cases() if case.error is None]
REFUSED = [case for case in cases() if case.error is not None]


def _read(name: str, source: Source, study: Study) -> RawTable:
    return read_source(name, source, CORPUS, wanted=wanted_columns(name, source, study.scales))


@cache
def _beside(name: str, entry: str) -> RawTable:
    """A file that stands beside the odd one, read once for all cases; `entry` is JSON."""
    raw = base_study()
    raw["sources"][name] = json.loads(entry)
    study = parse_study(raw)
    return _read(name, study.sources[name], study)


def intake_of(case: Case) -> Intake:
    """The case's file and those beside it, taken in as the stage does it."""
    study = parse_study(case.settings())
    received = {case.source: _read(case.source, study.sources[case.source], study)}
    for name, entry in case.beside.items():
        received[name] = _beside(name, json.dumps(entry))
    return take_in(
        received,
        section=study.study,
        ingest=study.ingest,
        scales=study.scales,
        key=KEY,
        ledger=ledger_of(list(case.ledger), "corrections.yaml"),
    )


def refusals_of(case: Case) -> tuple[MentorOutcomesError, ...]:
    try:
        return intake_of(case).refusals
    except MentorOutcomesError as refusal:
        return (refusal,)


@pytest.mark.parametrize("case", REFUSED, ids=name_of)
def test_a_file_that_cannot_be_used_is_refused_with_what_was_found_and_how_to_mend_it(case):
    refusals = refusals_of(case)
    assert refusals, "nothing was refused"
    first = refusals[0]
    assert type(first) is getattr(errors, case.error.kind), str(first)
    for words in case.error.found:
        assert words in first.found, str(first)
    for words in case.error.remedy:
        assert words in first.remedy, str(first)
    for refusal in refusals:
        message = str(refusal)
        assert re.fullmatch(r"Found: .+ Expected: .+ What to do: .+", message), message
        assert not PLANTED.search(message), "the message holds an id or a name"
        assert refusal.__cause__ is None, "a chained error may quote what was read"
        assert refusal.__context__ is None, "a chained error may quote what was read"


@pytest.mark.parametrize("case", GOOD, ids=name_of)
def test_an_odd_file_gives_the_right_table_and_every_row_is_accounted_for(case):
    intake = intake_of(case)
    assert not intake.refusals, intake.refusals[0]
    counts = intake.counts.set_index("source").loc[case.source]
    found = tuple(
        int(counts[f"rows_{what}"]) for what in ("read", "used", "set_aside", "quarantined")
    )
    assert found == (case.rows, case.used, case.set_aside, case.quarantined)
    assert case.rows == case.used + case.set_aside + case.quarantined
    out = intake.quarantine[intake.quarantine["source"] == case.source]
    listed = zip(out["line"], out["column"], out["rule"], strict=True)
    assert sorted(listed) == sorted(case.quarantine)
    for table, text in case.gives.items():
        rows = written(text)
        assert shown(intake.tables[table], rows) == rows
    said = " ".join([str(counts["form"]), str(counts["reason"]), *intake.notes])
    for words in case.says:
        assert words in said
    assert not PLANTED.search(" ".join([said, *intake.remedies.values(), *out["reason"]]))


def test_a_case_that_is_not_refused_writes_its_tables_out():
    """Without a literal table a case would show that a file was read, not that it was read well."""
    assert all(case.gives for case in GOOD)


def test_the_corpus_is_large_and_every_file_of_it_has_a_case():
    files = files_of_corpus()
    assert len(files) >= 75
    assert len({case.trap for case in cases()}) >= TRAPS
    named = {case.file for case in cases()}
    named |= {entry["path"] for case in cases() for entry in case.beside.values()}
    unused = [file for file in files if not any(Path(file).match(each) for each in named)]
    assert not unused
    too_large = [file for file in files if (CORPUS / file).stat().st_size >= _most_bytes(file)]
    assert not too_large


def _most_bytes(file: str) -> int:
    return SMALLEST_DATABASE if file.endswith(".duckdb") else LARGEST_FILE


def test_every_trap_has_several_files():
    n_files = Counter()
    for trap in {case.trap for case in cases()}:
        n_files[trap] = len({case.file for case in cases() if case.trap == trap})
    assert min(n_files.values()) >= 3, n_files
