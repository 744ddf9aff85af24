"""Check the study file in this folder: `python -m mentor_outcomes.study`."""

import sys

from mentor_outcomes.errors import MentorOutcomesError
from mentor_outcomes.study.loading import load_study

try:
    load_study()
except MentorOutcomesError as refused:
    sys.exit(f"{type(refused).__name__}. {refused}")
