"""What is known about a provider's layout, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OrdinaryRows:
    """A record is kept only if `column` holds one of `values`; the others are counted."""

    column: str
    values: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A provider's layout.

    header_rows     records before the data; the first holds the column names
    last_header     text that every field of the last header record holds, where there are several
    columns         our column name -> the provider's
    kept_rows       rules for records that are ordinary answers, applied in this order
    needed          our columns without which a record cannot be used; such records are counted
    never_read      columns that are dropped before anything else sees them
    """

    header_rows: int = 1
    last_header: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    kept_rows: tuple[OrdinaryRows, ...] = ()
    needed: tuple[str, ...] = ()
    never_read: tuple[str, ...] = ()


PROFILES: Mapping[str, Profile] = {
    "plain": Profile(),
    # Headers as in Qualtrics' documentation of its CSV export; Status is text or its code.
    "qualtrics": Profile(
        header_rows=3,
        last_header="ImportId",
        columns={"person_id": "ExternalReference", "answered_on": "EndDate"},
        kept_rows=(
            OrdinaryRows(
                "Status", ("IP Address", "0"), "a test, a preview or not an ordinary reply"
            ),
            OrdinaryRows("Finished", ("True", "TRUE", "1"), "not finished"),
        ),
        needed=("person_id",),
        never_read=(
            "StartDate",
            "IPAddress",
            "Progress",
            "Duration (in seconds)",
            "RecordedDate",
            "ResponseId",
            "RecipientLastName",
            "RecipientFirstName",
            "RecipientEmail",
            "LocationLatitude",
            "LocationLongitude",
            "DistributionChannel",
            "UserLanguage",
        ),
    ),
}
