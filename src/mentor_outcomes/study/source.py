"""How a provider's file is to be read: the same lines in a profile and in the study file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Literal

DATE_FORMS = (
    "YYYY-MM-DD",
    "YYYY/MM/DD",
    "YYYYMMDD",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "DD-MM-YYYY",
    "MM/DD/YYYY",
    "MM-DD-YYYY",
    "DD-MON-YYYY",
)
PROFILE_NAMES = (
    "plain",
    "workday",
    "successfactors",
    "oracle",
    "peoplesoft",
    "bamboohr",
    "qualtrics",
    "limesurvey",
    "cultureamp",
    "together",
    "qooper",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRows:
    """Records are kept only where `column` (the provider's) holds one of `values`.

    Without `values`, where it holds anything. The others are counted with the reason.
    """

    column: str
    reason: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one of our sources is read from a provider's file. What is None is detected.

    The file
        encoding, delimiter, decimal   of delimited text; `decimal` of its numbers
        header_rows    records before the data; names_in_row: the one that holds the names
        last_header    text that every field of the last header row holds
        sheet          of a workbook with several; table: of a database
        database       environment variable with the address of a PostgreSQL server; then no path

    Whose columns are whose
        columns        our column -> the provider's header; alternatives with ` | ` between them;
                       empty: the provider has no such column
        shape          which of the source's forms this is: `spells` or `events`, ...
        keep           records that belong to this source
        needed         our columns without which a record does not belong to it

    What the values mean
        codes          our column -> the provider's code -> our word; closes the column
        missing        our column -> texts that stand for a missing value
        dates          form of the dates
        open_ends      dates that mean `no end`, as written in the file
        ids            the system whose ids these are, to be looked up in the crosswalk
        id_digits      ids stored as numbers get zeros in front up to so many digits
        match          tolerant: ids typed by people, small differences are forgiven
        exit_dated     the day an exit is dated: the last day employed, or the day after
        pay_is         amounts of part-timers: for full time, or as actually paid
        pay_per        what the amounts are paid for, where no column says so
        extracted_on   day of the extract: rows dated later are plans
        waves          of a survey: wave -> the day it opened; else that of its first answer
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    header_rows: int | None = None
    names_in_row: int | None = None
    last_header: str | None = None
    sheet: str | None = None
    table: str | None = None
    database: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    shape: str | None = None
    keep: tuple[KeptRows, ...] = ()
    needed: tuple[str, ...] = ()
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: Literal[DATE_FORMS] | None = None
    open_ends: tuple[str, ...] = ()
    ids: str | None = None
    id_digits: int | None = None
    match: Literal["exact", "tolerant"] | None = None
    exit_dated: Literal["last_day", "day_after"] | None = None
    pay_is: Literal["full_time", "actual"] | None = None
    pay_per: Literal["year", "month", "half_month", "two_weeks", "week", "hour"] | None = None
    extracted_on: date | None = None
    waves: Mapping[str, date] = field(default_factory=dict)

    def over(self, other: "Layout") -> "Layout":
        """These lines, and those of `other` where this layout says nothing.

        Mappings are joined key by key, codes of a column code by code.
        """
        return Layout(
            **{
                item.name: _joined(getattr(self, item.name), getattr(other, item.name))
                for item in fields(Layout)
            }
        )


def _joined(mine: object, theirs: object) -> object:
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        return {
            key: _joined(mine[key], theirs.get(key)) if key in mine else theirs[key]
            for key in (*theirs, *(key for key in mine if key not in theirs))
        }
    return theirs if mine is None or mine == () else mine


@dataclass(frozen=True, slots=True)
class Source(Layout):
    """One table as its provider sends it: where it lies, and how it is read.

    path      file, or pattern for several of one kind; empty for a database server
    profile   the provider, whose layout holds where the study file says nothing
    extra     further columns to carry along under their own names -> their type
    wave      for surveys: where the wave's number is found
    self_reported   of mentoring: its rows are what people said of themselves, no record
    """

    path: str = ""
    profile: Literal[PROFILE_NAMES] = "plain"
    extra: Mapping[str, Literal["number", "text", "flag"]] = field(default_factory=dict)
    wave: Literal["from_file_name"] | None = None
    self_reported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known about a provider's files.

    verified     headers: a header row was read; docs: from documentation only
    known_from   the documents or files
    sources      our source -> its layout
    """

    provider: str
    verified: Literal["headers", "docs"]
    known_from: str
    sources: Mapping[str, Layout] = field(default_factory=dict)


__all__ = ["DATE_FORMS", "PROFILE_NAMES", "KeptRows", "Layout", "Profile", "Source"]
