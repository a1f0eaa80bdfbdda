# Everything sets itself up in .venv; only Python 3.11+, git and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# uv trusts the certificates of the system, as pip does (the name of the setting changed between its versions).
export UV_NATIVE_TLS := 1
export UV_SYSTEM_CERTS := 1

.PHONY: demo test lint docs soak bench clean

demo: $(READY)
	$(BIN)/budgettrack demo demo

test: $(READY)
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What follows from the code is written anew first. (With --quiet, --strict would see no warning.)
docs: $(READY)
	$(BIN)/python docs/make.py
	$(BIN)/properdocs build --strict --config-file mkdocs.yml

# The long searches: many more Hypothesis examples, longer runs of the state machine, and people's edits in the midst of
# syncs of an online sheet; and runs of the month that are killed, and commands that are interrupted, at every step.
INTERLEAVINGS ?= 20000
soak: $(READY)
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest tests/core tests/test_sync_machine.py tests/test_register.py tests/test_same_figures.py
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest tests/test_browser.py tests/test_google.py tests/test_giving.py tests/test_papers.py -k "axe or overlaps or many_workbooks or converter or every_profile"
	SOAK=$(INTERLEAVINGS) $(BIN)/python -m pytest tests/test_google_soak.py
	DEATHS=300 $(BIN)/python -m pytest tests/test_cycle_killed.py
	INTERRUPTS=100 $(BIN)/python -m pytest tests/test_interrupted.py

bench: $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) demo build dist

# uv, from the package index, installs in seconds what pip takes half a minute for.
$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --editable . --group test --group lint
	touch $(READY)
