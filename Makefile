# Each target sets up what it needs: only Python 3.11+, pip, venv and make must be there.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_READY := $(VENV)/.ready-to-run
DEV_READY := $(VENV)/.ready-to-test

.PHONY: help run once demo check test score lint types contracts wheel bench shots lock clean

help:  ## show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(RUN_READY)  ## set everything up and start the monitor (Ctrl-C ends it)
	$(BIN)/monitor run

once: $(RUN_READY)  ## poll every feed once, send what is owed, stop
	$(BIN)/monitor run --once

demo: $(RUN_READY)  ## offline: sample feeds through the real pipeline, digest on the terminal and as a page
	$(BIN)/monitor demo

check: $(RUN_READY)  ## check feeds.yaml, templates and secrets
	$(BIN)/monitor check

test: $(DEV_READY)  ## set everything up and run the tests
	$(BIN)/pytest -n auto

score: $(DEV_READY)  ## how politely and safely feeds are asked, rule by rule
	$(BIN)/python -m tests.servers.hostile

lint: $(DEV_READY)  ## format check and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV_READY)  ## mypy --strict
	$(BIN)/mypy

contracts: $(DEV_READY)  ## import layers: downwards only, no circles, no I/O in the core
	$(BIN)/lint-imports

wheel: $(DEV_READY)  ## build the wheel, install it alone, run its demo
	bash .ci/wheel

bench: $(DEV_READY)  ## speed, against a baseline in the same run
	$(BIN)/python -m bench.match
	$(BIN)/python -m bench.parse
	$(BIN)/python -m bench.fetch

lock: $(DEV_READY)  ## renew the locked, hashed requirements
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra postgres --group build -o requirements/run.txt
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra postgres --group build --group dev -o requirements/dev.txt
LOCK := --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet

clean:  ## remove the virtual environment and caches; state/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "monitor needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
