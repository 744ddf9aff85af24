"""Released tables and figures become a protocol and two reports."""

from mentor_outcomes.reports.hr_content import hr_content
from mentor_outcomes.reports.protocol_content import protocol_content
from mentor_outcomes.reports.rendering import render
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.technical_content import technical_content

__all__ = ["Results", "hr_content", "protocol_content", "render", "technical_content"]
