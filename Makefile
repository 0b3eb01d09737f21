# The e-Community Diary: everything that is run by hand. `make help` lists it.
#
# Each target installs what it lacks: on a fresh Debian 12, root with python3.11, git and make is enough to begin.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Each worker, stage and server of the tests would compile the diary again.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3.11
PORT ?= 8000
RESET ?=
SCALE ?= team force
BROWSERS ?= firefox webkit
ARGS ?=
AGAIN ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install
PYTEST := $(BIN)/python -m pytest
# A worker for each core, and one more where most of the time goes by waiting for a browser; one that is done takes over from the others.
WORKERS := -n 2 --dist worksteal
BROWSING := -n 3 --dist worksteal
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --annotation-style=line \
	--no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-build-isolation

# $(call need,program,packages): installs Debian packages when the program is not there.
define need
@if ! command -v $(1) >/dev/null; then $(call debian,$(2)); fi
endef
define debian
	echo "Installing $(1) from Debian's packages"; \
	if [ "$$(id -u)" != 0 ]; then echo "This needs root: apt-get install $(1)" >&2; exit 1; fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	apt-get install -qq -y --no-install-recommends $(1) >/dev/null 2>&1 \
	|| { apt-get update -qq && apt-get install -qq -y --no-install-recommends $(1) >/dev/null; }
endef

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s%s\n", $$1, $$2}'

.PHONY: demo
demo: .venv/runtime.done ## from nothing to a running service on http://localhost:8000 (PORT=8080 moves it, RESET=1 begins afresh)
	@exec $(BIN)/engagement demo --port $(PORT) $(if $(RESET),--reset)

.PHONY: test
test: ## everything that must hold before a change lands: check, both databases, journeys
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory sqlite
	@$(MAKE) --no-print-directory postgresql
	@$(MAKE) --no-print-directory journeys AGAIN=1

.PHONY: check
check: .venv/dev.done ## the quick checks alone: format, lint, types, import contracts, JavaScript
	$(call need,node,nodejs)
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory -j 2 types scripts  # each takes a core

.PHONY: types scripts
types:
	$(BIN)/mypy --no-error-summary
scripts:
	@find engagement/static -name '*.test.mjs' | sort | xargs --no-run-if-empty node --test --test-reporter=dot

.PHONY: sqlite
sqlite: .venv/dev.done ## the tests on SQLite (ARGS="tests/groups -k due" for some of them)
	$(PYTEST) --database=sqlite --ignore=tests/journeys $(WORKERS) -q $(ARGS)

.PHONY: postgresql
postgresql: .venv/dev.done ## the tests that use a database, on PostgreSQL (the server comes as a wheel)
	$(PYTEST) --database=postgresql --ignore=tests/journeys $(WORKERS) -q $(ARGS)

.PHONY: journeys
journeys: .venv/dev.done ## the browser tests alone, in Chromium (AGAIN=1 gives one that fails a second try, and names it)
	$(call need,chromium,chromium fonts-dejavu-core)
	@$(BIN)/python -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null || { $(call debian,libatomic1); }
	$(PYTEST) $(BROWSING) -q -rR $(if $(AGAIN),--reruns $(AGAIN)) $(if $(filter tests/%,$(ARGS)),,tests/journeys) $(ARGS)

.PHONY: engines
engines: .venv/dev.done ## the journeys on Debian's Firefox and on WebKitGTK (installs both: some 250 MB; BROWSERS=webkit for one)
	$(call need,firefox-esr,firefox-esr)
	$(call need,Xvfb,xvfb)
	@/usr/bin/python3 -c 'import gi; gi.require_version("WebKit2", "4.1")' 2>/dev/null \
	|| { $(call debian,python3-gi gir1.2-webkit2-4.1 fonts-dejavu-core); }
	@$(BIN)/python -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null || { $(call debian,libatomic1); }
	@for browser in $(BROWSERS); do \
	echo "The journeys on $$browser"; $(PYTEST) --browser $$browser $(WORKERS) -q -rs $(if $(filter tests/%,$(ARGS)),,tests/journeys) $(ARGS); done

.PHONY: bench
bench: .venv/dev.done ## the benchmark (SCALE="team force" unless told), figures in instance/bench-*.json
	@mkdir -p instance
	@for scale in $(SCALE); do $(BIN)/engagement bench --scale $$scale --json instance/bench-$$scale.json; done
	@PHONES=1000 $(PYTEST) -q -s tests/offline/test_crowd.py -k phones --database postgresql

.PHONY: tidy
tidy: .venv/dev.done ## put the code into its one format, and mend what the linter can
	$(BIN)/ruff check --quiet --fix-only
	$(BIN)/ruff format --quiet

.PHONY: lock
lock: .venv/dev.done ## write requirements/*.txt anew from pyproject.toml (UPGRADE=1 for newer releases)
	$(COMPILE) $(if $(UPGRADE),--upgrade) -o requirements/runtime.txt pyproject.toml
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra build --extra dev -c requirements/runtime.txt -o requirements/dev.txt pyproject.toml
	$(COMPILE) $(if $(UPGRADE),--upgrade) -c requirements/dev.txt -o requirements/build.txt requirements/build.in

.PHONY: vendor
vendor: ## take GOV.UK Frontend and Leaflet from npm again, cut down to what the pages use
	$(call need,npm,nodejs npm)
	engagement/static/govuk/build/vendor
	engagement/static/leaflet/build/vendor

.PHONY: clean
clean: ## forget what was installed and cached (the diary's own data stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The virtual environment. The stamps lie inside it, so that they vanish with it.
.venv/bin/python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(call debian,python3-venv); }
	@$(PYTHON) -m venv --clear .venv

.venv/libraries.done: requirements/runtime.txt requirements/build.txt | .venv/bin/python
	@echo "Installing the libraries that the diary runs on (a minute or so)"
	@$(PIP) --require-hashes -r requirements/runtime.txt
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(BIN)/python -c 'import weasyprint' 2>/dev/null \
	|| ( $(call debian,libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core) ) \
	|| echo "Without those packages the service runs, but makes no PDF files" >&2
	@touch $@

.venv/runtime.done: pyproject.toml .venv/libraries.done
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.done: requirements/dev.txt .venv/libraries.done | .venv/runtime.done
	@echo "Installing what the tests and checks need (another minute)"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
