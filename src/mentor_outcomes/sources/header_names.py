"""Headers as names: what two of them have in common, and whether they are names at all."""

import re
import unicodedata
from collections.abc import Sequence

from mentor_outcomes.errors import SourceError

_DATE = re.compile(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}([ T].*)?")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
MAX_SHARE_OF_NUMBERS = 0.2
"""Of all headers; a few may be years or question numbers."""


def plain_name(header: str) -> str:
    """Letters and digits only, none of them capitals: `Emp_No.` is empno."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", header).casefold())


def refuse_values(headers: Sequence[str], shown: str) -> None:
    """Raise SourceError if the first row holds somebody's values rather than names of columns.

    The message counts them and repeats none.
    """
    n_telling = sum(
        bool(_ADDRESS.fullmatch(text.strip()) or _DATE.fullmatch(text.strip())) for text in headers
    )
    n_numbers = sum(bool(_NUMBER.fullmatch(text.strip())) for text in headers)
    if n_telling or n_numbers > MAX_SHARE_OF_NUMBERS * len(headers):
        raise SourceError(
            f"{n_telling + n_numbers} of {len(headers)} headers of {shown} look like values: "
            "dates, numbers or addresses.",
            expected="the names of the columns in the first row.",
            remedy="export the file again with its header row.",
        )
