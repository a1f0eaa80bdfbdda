# Everything sets itself up in .venv; only Python 3.11+, git and make are needed.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
READY := $(VENV)/.ready
# uv trusts the certificates of the system, as pip does (the name of the setting changed between its versions).
export UV_NATIVE_TLS := 1
export UV_SYSTEM_CERTS := 1

.PHONY: demo test quick coverage lint docs soak clients jobs versions mutants bench requirements release clean

demo: $(READY)
	$(BIN)/budgettrack demo demo

test: $(READY)
	$(BIN)/python -m pytest

# The tests that need no other program and take little time: while one works, and on macOS and Windows.
quick: $(READY)
	$(BIN)/python -m pytest -m "not (browser or office or java or postgres or google_http or slow)"

# The core's own tests run every line of it, at least 98 % of its branches, and all of those that decide. (Tests of other
# folders count for nothing here: a rule is held beside its module.)
coverage: $(READY)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest tests/core
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage json --quiet --include="budgettrack/core/*"
	$(BIN)/python -m tests.core_coverage coverage.json

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/complexipy budgettrack jobs --max-complexity-allowed 25 --failed
	$(BIN)/python .ci/audit.py

# What follows from the code is written anew first. (With --quiet, --strict would see no warning.)
docs: $(READY)
	$(BIN)/python docs/make.py
	$(BIN)/properdocs build --strict --config-file mkdocs.yml

# The long searches: many more Hypothesis examples, longer runs of the state machine, and people's edits in the midst of
# syncs of an online sheet; runs of the month that are killed, and commands that are interrupted, at every step; and what
# can be computed from the public files of random groups.
INTERLEAVINGS ?= 20000
AUDITS ?= 200
soak: $(READY)
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest tests/core tests/test_sync_machine.py tests/test_register.py tests/test_same_figures.py tests/test_money_model.py tests/bank/test_suggestions.py tests/bank/test_second_readings.py
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest tests/test_browser.py tests/test_google.py tests/test_giving.py tests/test_papers.py tests/test_any_text.py tests/test_rebuild.py -k "any_text_in or axe or overlaps or html_is_valid or many_workbooks or converter or every_profile or byte_is_flipped"
	SOAK=$(INTERLEAVINGS) SOAK_FAULTS=$(INTERLEAVINGS) $(BIN)/python -m pytest tests/test_google_soak.py
	DEATHS=300 DEATHS_DISTURBED=500 $(BIN)/python -m pytest tests/test_cycle_killed.py
	RESTORES=2000 RESTORES_ONLINE=100 $(BIN)/python -m pytest -n 0 tests/test_restores_machine.py
	INTERRUPTS=100 $(BIN)/python -m pytest tests/test_interrupted.py
	FLIPS=1200 $(BIN)/python -m pytest tests/test_damaged.py
	HOSTILE=1 $(BIN)/python -m pytest tests/test_never_a_traceback.py
	MARKED_GROUPS=20 bash -c '. .ci/postgres.sh; $(BIN)/python -m pytest tests/host/test_isolation.py tests/host/test_isolation_grown.py'
	KILLED_GROUPS=300 DEATHS_OF_WORKERS=300 bash -c '. .ci/postgres.sh; $(BIN)/python -m pytest -n 0 tests/host/test_workers_killed.py'
	bash -c '. .ci/postgres.sh; REGISTERS=2000 PLACES=3000 A_MINUTE=1200 $(BIN)/python -m benchmarks.workers'
	bash -c '. .ci/postgres.sh; HOSTED=300 MINUTE=300 $(BIN)/python -m benchmarks.fleet'
	AUDITS=$(AUDITS) $(BIN)/python -m pytest tests/auditor/test_random_groups.py tests/auditor/test_faulty_sealing.py
	$(MAKE) clients

# What people do with other clients of Google Sheets, on the tests' stand-in for Google. The clients are installed beside the
# project, in their newest versions, and never into it; where a registry cannot be reached, the test is skipped and says so.
CLIENTS := build/clients
clients: $(READY)
	-$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(CLIENTS)/python
	-$(BIN)/uv pip install --quiet --python $(CLIENTS)/python/bin/python gspread gspread-dataframe gspread-formatting pygsheets google-api-python-client
	-npm install --silent --no-audit --no-fund --prefix $(CLIENTS) google-spreadsheet
	CLIENTS=$(CLIENTS) $(BIN)/python -m pytest -n 0 -rs tests/test_other_clients.py

# On every Python that is here, with the oldest packages that are allowed and with the newest. PYTHONS names others.
versions: $(READY)
	PYTHONS="$(PYTHONS)" .ci/versions

# The container image is built and run, and the hosted workflow is done step by step. Needs root, buildah, mmdebstrap and
# PostgreSQL; takes minutes. BASE_TAR names a base image that was made before.
jobs: $(READY)
	bash -c '. .ci/postgres.sh; SHIPPED=1 $(BIN)/python -m pytest -n 0 tests/test_jobs.py tests/test_jobs_*.py'

# Small faults are put into copies of the program; the tests that run their lines must notice them.
SEED ?= 20261201
mutants: $(READY)
	nice $(BIN)/python -m mutants $(SEED) $(if $(FIRST),--first $(FIRST)) $(if $(LAST),--last $(LAST)) $(if $(JOBS),--jobs $(JOBS)) $(if $(AGAIN),--again)

# The last lines are of a host's workers, and of 24 groups with workers in minutes of 300 seconds.
bench: $(READY)
	$(BIN)/python -m benchmarks
	bash -c '. .ci/postgres.sh; $(BIN)/python -m benchmarks.workers'
	bash -c '. .ci/postgres.sh; HOSTED=24 MINUTE=300 $(BIN)/python -m benchmarks.fleet'

# The pinned requirements anew, from pyproject.toml and what the package index has today. run.txt has what every group
# installs; each extra has a file of what it adds. The files agree with each other, say nothing of the index, and hold for
# every platform. tests/test_requirements.py holds them current.
EXTRAS := bank keyring network pdf pictures postgresql xls
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
requirements: $(READY)
	echo "uv>=0.5" | $(COMPILE) --upgrade --no-annotate --output-file requirements/uv.txt -
	$(COMPILE) --upgrade --output-file requirements/run.txt pyproject.toml
	for extra in $(EXTRAS); do \
		$(BIN)/python .ci/extra.py $$extra | $(COMPILE) --upgrade --no-annotate \
			--constraints requirements/run.txt --output-file requirements/$$extra.txt - || exit 1; \
	done
	$(COMPILE) --upgrade --all-extras --group test --group lint --group bench --group build \
		--constraints requirements/uv.txt --constraints requirements/run.txt \
		$(EXTRAS:%=--constraints requirements/%.txt) \
		--output-file requirements/development.txt pyproject.toml

# What a group installs: the wheel, a list of it and of all that it needs, each with its hash, and a list for each extra.
DIST ?= dist
release: $(READY)
	rm -rf $(DIST)
	$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python --out-dir $(DIST)
	cp requirements/run.txt $(DIST)/requirements.txt
	for extra in $(EXTRAS); do cp requirements/$$extra.txt $(DIST)/requirements-$$extra.txt || exit 1; done
	cd $(DIST) && echo "./$$(ls *.whl) $$($(abspath $(BIN))/python -m pip hash *.whl | tail -n 1)" >>requirements.txt

clean:
	rm -rf $(VENV) demo build dist

# uv installs in seconds what pip takes half a minute for. Every file is held against its hash in requirements/.
$(READY): pyproject.toml requirements/uv.txt requirements/development.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/uv.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirements requirements/development.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $(READY)
