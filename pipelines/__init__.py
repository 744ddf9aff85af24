"""One short script per stage of dvc.yaml: read, call once, write. Run: `python -m pipelines.NAME`.

Linear algebra runs on one thread: a sum split over threads differs in its last digits from
machine to machine, and results here are to be the same bytes everywhere. It has to be said before
NumPy is first imported, hence here. And what this software refuses, it says in one paragraph; a
traceback is for what nobody foresaw.
"""

import os
import sys

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"


def _say_refusals_plainly(kind, error, traceback) -> None:
    from mentor_outcomes.errors import MentorOutcomesError

    if issubclass(kind, MentorOutcomesError):
        print(f"{kind.__name__}. {error}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, traceback)


sys.excepthook = _say_refusals_plainly
