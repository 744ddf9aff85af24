"""What can be wrong, as a small tree.

    MentorOutcomesError
    ├── StudyError        params.yaml asks for something that does not exist or contradicts itself
    ├── SourceError       a received file is missing or cannot be read as it was declared
    ├── SchemaError       a table breaks the promise its schema makes
    ├── PrivacyError      something would leave data/ that may not
    └── EstimationError   a model cannot be fitted on these records
        └── SeparationError   its likelihood has no finite maximum: too few events for its terms

Every message is one paragraph: what was found, what was expected, what to do. It holds counts and
codes, never a person's id or value.
"""


class MentorOutcomesError(Exception):
    """Found, expected, and the next step; printed as one paragraph."""

    def __init__(self, found: str, *, expected: str, remedy: str) -> None:
        self.found = found
        self.expected = expected
        self.remedy = remedy
        super().__init__(f"Found: {found} Expected: {expected} What to do: {remedy}")

    def __reduce__(self):
        # Keyword-only arguments do not survive the default pickling of exceptions,
        # which process pools and test runners rely on.
        return (_rebuild, (type(self), self.found, self.expected, self.remedy))


def _rebuild(kind: type, found: str, expected: str, remedy: str) -> MentorOutcomesError:
    return kind(found, expected=expected, remedy=remedy)


class StudyError(MentorOutcomesError):
    """The study file asks for something that does not exist or contradicts itself."""


class SourceError(MentorOutcomesError):
    """A received file is missing or cannot be read as it was declared."""


class SchemaError(MentorOutcomesError):
    """A table breaks the promise its schema makes."""


class PrivacyError(MentorOutcomesError):
    """Something would leave data/ that may not."""


class EstimationError(MentorOutcomesError):
    """A model cannot be fitted on these records."""


class SeparationError(EstimationError):
    """Regressors foretell the event perfectly, so that a coefficient runs away."""
