# Two commands do everything on a fresh machine with Python 3.11 or newer and make:
#   make repro    set up and run the study         make test    set up and run the tests
.PHONY: setup repro protocol test check bench example lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Stages call `python`: the environment's comes first. Unbuffered, so that progress is seen.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONUNBUFFERED := 1
export PYTHONHASHSEED := 0
export DVC_NO_ANALYTICS := 1

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make setup PYTHON=/path/to/it"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)"
	$(BIN)/uv pip sync --quiet --compile-bytecode requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

repro: setup
	@python -m mentor_outcomes.study
	dvc repro

protocol: setup
	@python -m mentor_outcomes.study
	dvc repro protocol

test: check
	python -m pytest --numprocesses 2 --dist loadfile

check: setup
	ruff check .
	ruff format --check .
	lint-imports

bench: setup
	python -m benchmarks

example: setup
	python -m examples.run wage_panel

# After a change of the dependencies in pyproject.toml. Holds hashes, and no address of any kind.
lock:
	$(BIN)/uv pip compile pyproject.toml --quiet --extra dev --universal --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.lock

clean:
	rm -rf $(VENV)
