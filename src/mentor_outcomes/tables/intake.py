"""All received sources into the tables of our entities; what cannot be used, and what stops."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import MentorOutcomesError, SchemaError, SourceError, StudyError
from mentor_outcomes.schema import Table
from mentor_outcomes.study import Ingest, Scale, StudySection
from mentor_outcomes.tables.checks import lost_rows
from mentor_outcomes.tables.contracts import OUR_COLUMNS, SOURCES_WITH_EXTRA
from mentor_outcomes.tables.corrections import Correction, corrected
from mentor_outcomes.tables.entities import Context, Made, Trial, entities
from mentor_outcomes.tables.lost_by_arm import notes_by_arm
from mentor_outcomes.tables.received import Received, counted
from mentor_outcomes.tables.rows import Rows, described, quarantined

DEFAULTS = Ingest()


@dataclass(frozen=True, slots=True)
class Intake:
    """What the received sources give.

    tables       by name, each as its schema promises; none of those that could not be made
    quarantine   QUARANTINE: received rows that cannot be used
    counts       INGEST_COUNTS
    remedies     source and rule -> what to do about rows that break it
    refusals     each of these stops the run
    notes        what a reader of the extracts should know, by source
    """

    tables: Mapping[str, pd.DataFrame]
    quarantine: pd.DataFrame
    counts: pd.DataFrame
    remedies: Mapping[tuple[str, str], str]
    refusals: tuple[MentorOutcomesError, ...]
    notes: tuple[str, ...]


def build_tables(
    raw: Mapping[str, Received],
    *,
    section: StudySection,
    scales: Mapping[str, Scale],
    key: bytes,
    ingest: Ingest = DEFAULTS,
    ledger: Sequence[Correction] = (),
) -> dict[str, pd.DataFrame]:
    """Tables by name, each as its schema promises and in the order of its key.

    A source that was not received has no table. Every identifier of a person, mentorship or offer
    is a pseudonym made with `key`; nothing else depends on the key, nor on the order of rows.

    Raises the first of what would stop the run, as `take_in` finds it.
    """
    intake = take_in(raw, section=section, scales=scales, key=key, ingest=ingest, ledger=ledger)
    if intake.refusals:
        raise intake.refusals[0]
    return dict(intake.tables)


def take_in(
    raw: Mapping[str, Received],
    *,
    section: StudySection,
    ingest: Ingest,
    scales: Mapping[str, Scale],
    key: bytes,
    ledger: Sequence[Correction] = (),
) -> Intake:
    """The sources as tables, with everything that is wrong with them, not only the first.

    A source that could not be read is left out of `raw`; what needs it is not made.
    """
    trial = Trial()
    raw = {
        name: trial(corrected, received, ledger) or received
        for name, received in raw.items()
        if trial(_has_fit_extra, name, received)
    }
    context = Context(section, ingest, scales, key)
    made = entities(raw, context, trial)
    for rows in made.rows.values():
        trial(_check_share, rows, ingest.max_share_quarantined)
        trial(_check_exits, rows, ingest.max_share_quarantined)
    tables = {
        table.name: finished
        for table, frame in made.tables.items()
        if (finished := trial(_finished, table, frame)) is not None
    }
    counts = _finished(schema.INGEST_COUNTS, ingest_counts(made.rows))
    quarantine = _finished(schema.QUARANTINE, _quarantine(made.rows))
    return Intake(
        tables | {schema.INGEST_COUNTS.name: counts, schema.QUARANTINE.name: quarantine},
        quarantine,
        counts,
        {
            (name, finding.rule.name): finding.rule.remedy
            for name, rows in made.rows.items()
            for finding in rows.findings
        },
        trial.refusals,
        (
            *(
                f"{name}: {note}"
                for name, rows in made.rows.items()
                for note in (*rows.received.notes, *rows.notes)
            ),
            *_notes_by_arm(made),
        ),
    )


def _notes_by_arm(made: Made) -> Iterable[str]:
    if schema.MENTORSHIPS not in made.tables:
        return ()
    return notes_by_arm(made.rows, made.ids, made.tables[schema.MENTORSHIPS])


def _has_fit_extra(name: str, received: Received) -> bool:
    """True; raises StudyError where columns are to ride along that cannot."""
    if received.extra and name not in SOURCES_WITH_EXTRA:
        raise StudyError(
            f"sources.{name}.extra declares {', '.join(received.extra)}.",
            expected=f"extra columns of {', '.join(SOURCES_WITH_EXTRA)} only.",
            remedy=f"remove sources.{name}.extra from params.yaml; its columns are not used.",
        )
    taken = sorted(OUR_COLUMNS.intersection(received.extra))
    if taken:
        raise StudyError(
            f"sources.{name}.extra declares {', '.join(taken)}, which has a meaning of its own.",
            expected="other names for columns that ride along.",
            remedy=f"remove it from sources.{name}.extra in params.yaml, or give the column "
            "another name under `columns` and `extra`.",
        )
    return True


def _check_share(rows: Rows, limit: float) -> None:
    """Raise SourceError if more of a source cannot be used than the study allows.

    Of the rows that belong to it: most of an event log may tell of other things.
    """
    n_rows = rows.n_of_table
    if not rows.n_quarantined or rows.n_quarantined <= limit * n_rows:
        return
    by_size = sorted(rows.findings, key=lambda finding: -len(finding.rows))
    told = "; ".join(described(rows, finding) for finding in by_size[:RULES_NAMED])
    more = f"; and {len(by_size) - RULES_NAMED} more rules" if len(by_size) > RULES_NAMED else ""
    rule = by_size[0].rule
    share = rows.n_quarantined / n_rows
    raise SourceError(
        f"{told}{more}. That is {share:.1%} of the rows, more than the {limit:.1%} that may be "
        "left out.",
        expected=rule.expected,
        remedy=f"{rule.remedy.removesuffix('.')}; or, if the rest can do without these rows, raise "
        "ingest.max_share_quarantined in params.yaml. `mentor-outcomes check` lists all of them.",
    )


def _check_exits(rows: Rows, limit: float) -> None:
    """Raise SourceError if more of the exits cannot be used than the study allows of rows.

    Few rows are exits: many of these may be lost under a small share of all. A single one may be.
    """
    if rows.received.name != "employment" or rows.whole.empty:
        return
    whole = rows.whole
    is_exit = (
        whole["event_code"] == "exit"
        if "event_code" in whole
        else whole["left_on"].notna() | whole["exit_kind"].notna()
    )
    n_exits, n_lost = int(is_exit.sum()), int(is_exit.loc[lost_rows(rows)].sum())
    if n_lost > max(1, limit * n_exits):
        raise SourceError(
            f"{n_lost} of {counted(n_exits, 'exit')} of {rows.received.name} cannot be used: "
            f"{n_lost / n_exits:.1%}, more than the {limit:.1%} that may be left out.",
            expected="nearly all exits: leaving is an outcome, and who is left out of it is not "
            "left out by chance.",
            remedy="mend them at the source (`mentor-outcomes check` lists the reasons), or raise "
            "ingest.max_share_quarantined in params.yaml.",
        )


RULES_NAMED = 3
"""Broken rules that a message tells; the others are counted."""


def ingest_counts(sources: Mapping[str, Rows]) -> pd.DataFrame:
    """One row per source: records read, used, set aside and quarantined, with the reasons.

    Raises SchemaError where they do not add up: a row was lost on the way.
    """
    rows = []
    for name, each in sources.items():
        n_aside = sum(each.set_aside.values())
        n_read = len(each.received.frame) + sum(each.received.set_aside.values())
        if n_read != each.n_used + n_aside + each.n_quarantined:
            raise SchemaError(
                f"of {n_read} rows of {name}, {each.n_used} were used, {n_aside} set aside and "
                f"{each.n_quarantined} quarantined.",
                expected="every row in one of the three.",
                remedy="this is a fault of the software: report it with these numbers.",
            )
        reasons = [f"{reason}: {n} rows" for reason, n in sorted(each.set_aside.items())]
        by_rule: dict[str, int] = {}
        for finding in each.findings:
            what = finding.rule.what.split(" (")[0]
            by_rule[what] = by_rule.get(what, 0) + len(finding.rows)
        reasons += [f"{what}: {n} rows" for what, n in sorted(by_rule.items())]
        form = "; ".join(part for part in (each.received.form, *each.forms) if part)
        counts = (n_read, each.n_used, n_aside, each.n_quarantined)
        rows.append((name, *counts, "; ".join(reasons) or None, form or None))
    names = ["source", "rows_read", "rows_used", "rows_set_aside", "rows_quarantined", "reason"]
    counts = pd.DataFrame(rows, columns=[*names, "form"])
    types = dict.fromkeys(names, "int64") | dict.fromkeys(("source", "reason", "form"), "str")
    return counts.astype(types)


def _quarantine(sources: Mapping[str, Rows]) -> pd.DataFrame:
    parts = [quarantined(each) for each in sources.values() if each.findings]
    return pd.concat(parts, ignore_index=True) if parts else schema.QUARANTINE.empty()


def _finished(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Checked, columns and rows in their order."""
    promised = list(table.column_names())
    extra = sorted(set(frame.columns) - set(promised)) if table.is_open else []
    ordered = frame[promised + extra].sort_values(list(table.key), kind="stable")
    return table.check(ordered.reset_index(drop=True))
