"""One short script per stage of dvc.yaml: read, call once, write. Run: `python -m pipelines.NAME`.

Linear algebra runs on one thread: a sum split over threads differs in its last digits from
machine to machine, and results here are to be the same bytes everywhere. It has to be said before
NumPy is first imported, hence here.
"""

import os

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
