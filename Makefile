# Two commands matter: `make serve` and `make test`. Both make their own environment first.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input
ROOMS  := domain events api

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help python setup setup-dev setup-clients serve test covered coverage docs pictures lint format types imports check bench crash attack mutants failover lock clean

help:
	@echo 'make serve      set up, then serve the sample history on 127.0.0.1:8000'
	@echo 'make test       set up, then run every test'
	@echo 'make check      lint, types, imports and tests: what .ci/run asks'
	@echo 'make setup      the environment the program needs, in $(VENV)'
	@echo 'make setup-dev  the same with what the tests need'
	@echo 'make bench      Chancery and its peers, measured; EVENTS=1000000 for another size'
	@echo 'make docs       the documentation as pages, in build/docs'
	@echo 'make crash      the service killed under load, KILLS=500 times on STORE=sqlite'
	@echo 'make attack     the service under load and attack, on STORE=sqlite'
	@echo 'make mutants    faults put into the rules one by one: does a test find each?'
	@echo 'make failover   the leader of a PostgreSQL cluster killed under load, ROUNDS=20 times'
	@echo 'also: format, lint, types, imports, coverage, pictures, lock, clean'

# Only asked when an environment is about to be made: a made one carries its own Python.
python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo 'Chancery needs Python 3.11 or newer, and "$(PYTHON)" was not found. Name one: make PYTHON=/path/to/python3.11 …' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Chancery needs Python 3.11 or newer; \"$(PYTHON)\" is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'This Python cannot make environments: ensurepip or venv is missing (on Debian and Ubuntu: apt install python3-venv).' >&2; exit 1; }

# Every download is checked against a hash in the lock; the project itself is built by the
# locked hatchling, so no build environment is fetched behind the lock's back.
$(VENV)/.setup: requirements/runtime.txt requirements/build.txt pyproject.toml | python
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.setup-dev: requirements/dev.txt $(VENV)/.setup
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

# The scripts of the pages, built by the machine's Node or, where there is none, a locked package.
FRONTEND := $(shell find api/web/frontend -name node_modules -prune -o -type f -print)

$(VENV)/.frontend: $(FRONTEND) scripts/build_frontend.py requirements/node.txt $(VENV)/.setup
	@command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 \
		|| $(PIP) install --quiet --require-hashes -r requirements/node.txt
	$(BIN)/python scripts/build_frontend.py
	@touch $@

# What makes clients of the OpenAPI document, apart from all else. Without it, or where it cannot be
# fetched, the tests of such clients are left out by name.
CLIENTS    := .venv-clients
TYPESCRIPT := tests/clients/typescript

$(CLIENTS)/.setup: requirements/clients.txt | python
	$(PYTHON) -m venv $(CLIENTS)
	$(CLIENTS)/bin/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes -r requirements/clients.txt
	@touch $@

$(TYPESCRIPT)/node_modules/.setup: $(TYPESCRIPT)/package-lock.json $(VENV)/.frontend
	$(BIN)/python -c 'from pathlib import Path; from scripts.build_frontend import install_packages; install_packages(Path("$(TYPESCRIPT)"))'
	@touch $@

setup-clients: $(CLIENTS)/.setup $(TYPESCRIPT)/node_modules/.setup

setup: $(VENV)/.setup $(VENV)/.frontend

setup-dev: $(VENV)/.setup-dev $(VENV)/.frontend

serve: setup
	$(BIN)/chancery serve --sample

# One more than cores: some tests wait for servers.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

# COVERED=1 measures what the tests reach; `make covered` then tells, and fails below the bound.
test: setup-dev setup-clients
	$(BIN)/python $(if $(COVERED),-m coverage run) -m pytest -n $(WORKERS) --benchmark-disable

covered:
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

coverage:
	$(MAKE) test COVERED=1
	$(MAKE) covered

# Pages of the documents, with no link that leads nowhere; nothing in them is fetched elsewhere.
# `--quiet` would let a link to nothing pass: what is not told is not counted.
$(VENV)/.docs: requirements/docs.txt $(VENV)/.setup-dev
	$(PIP) install --quiet --require-hashes -r requirements/docs.txt
	@touch $@

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# Needs Chromium. PYTHONPATH: they are drawn by what the tests of the pages stand on.
pictures: setup-dev
	PYTHONPATH=$(CURDIR) $(BIN)/python scripts/make_pictures.py

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup-dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

types: setup-dev
	$(BIN)/mypy --strict $(ROOMS)

imports: setup-dev
	$(BIN)/lint-imports

check: lint types imports test

# The peers stand in an environment of their own. EVENTS: sizes, parted by commas; OPTIONS: what
# `python -m bench --help` tells besides.
EVENTS    ?= 10000
OPTIONS   ?=
BENCH     := .venv-bench
BENCH_PIP := $(BENCH)/bin/python -m pip --disable-pip-version-check --no-input
EMMETT    := bench/emmett

$(BENCH)/.setup: requirements/bench.txt requirements/runtime.txt requirements/build.txt pyproject.toml | python
	$(PYTHON) -m venv $(BENCH)
	$(BENCH_PIP) install --quiet --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(BENCH_PIP) install --quiet --no-deps --no-build-isolation --editable .
	$(BENCH_PIP) install --quiet --require-hashes -r requirements/bench.txt
	@touch $@

# One peer is Node's; without Node its column says so, and the rest is measured all the same.
$(EMMETT)/node_modules: $(EMMETT)/package-lock.json
	@if command -v npm >/dev/null 2>&1; then npm ci --prefix $(EMMETT) --no-audit --no-fund && touch $@; \
		else echo 'npm was not found: emmett is left out.' >&2; fi

bench: $(BENCH)/.setup $(EMMETT)/node_modules
	$(BENCH)/bin/python -m bench --events $(EVENTS) $(OPTIONS)

# See docs/crash.md.
KILLS ?= 500
STORE ?= sqlite

crash: setup-dev
	$(BIN)/python -m tests.crash --kills $(KILLS) --store $(STORE)

# See docs/high-availability.md; OPTIONS: what `python -m tests.failover --help` tells besides.
ROUNDS ?= 20

failover: setup-dev
	$(BIN)/python -m tests.failover --rounds $(ROUNDS) $(OPTIONS)

# See docs/load.md; OPTIONS: what `python -m tests.attack --help` tells besides.
attack: setup-dev
	$(BIN)/python -m tests.attack --store $(STORE) $(OPTIONS)

# See docs/mutation.md; OPTIONS: what `python -m tests.mutants --help` tells.
mutants: setup-dev
	$(BIN)/python -m tests.mutants $(OPTIONS)

# The newest releases that pyproject.toml allows, for every platform; no index host is written.
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--upgrade --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' --quiet

lock: setup-dev
	$(LOCK) pyproject.toml --output-file requirements/runtime.txt
	$(LOCK) --group build --constraint requirements/runtime.txt --output-file requirements/build.txt
	$(LOCK) pyproject.toml --group dev --constraint requirements/runtime.txt --constraint requirements/build.txt --output-file requirements/dev.txt
	$(LOCK) pyproject.toml --group bench --constraint requirements/dev.txt --output-file requirements/bench.txt
	$(LOCK) --group node --constraint requirements/dev.txt --output-file requirements/node.txt
	$(LOCK) --group docs --constraint requirements/dev.txt --output-file requirements/docs.txt
	$(LOCK) --group clients --output-file requirements/clients.txt
	@if grep -nE 'https?://' requirements/*.txt api/web/frontend/package-lock.json $(TYPESCRIPT)/package-lock.json; then echo 'A lock names a host.' >&2; exit 1; fi

clean:
	rm -rf $(VENV) .venv-bench $(CLIENTS) $(EMMETT)/node_modules $(TYPESCRIPT)/node_modules dist build api/web/frontend/node_modules api/web/static/built .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks .coverage
	find $(ROOMS) tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
