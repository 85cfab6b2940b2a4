# The commands of the tracker. It needs Python 3.11 or newer and make; the rest it installs into
# .venv, from the locked and hashed lists under requirements/.

.POSIX:
.SUFFIXES:
.DEFAULT_GOAL := help

PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$candidate" && break; done)

VENV := .venv
BIN := $(VENV)/bin
TESTS ?=

.PHONY: help run test soak bench bench-against lint format lock clean environment environment-dev environment-bench venv

help:
	@echo 'make run    set everything up and serve on http://127.0.0.1:8000/ (PORT=… moves it)'
	@echo 'make test   run the tests on SQLite and PostgreSQL, and in a browser'
	@echo 'make soak   run the tests that load the databases twenty times as long'
	@echo 'make bench  measure, and print the figures as ratios'
	@echo 'make bench-against OTHER=DIR  measure pages and saves against another checkout'
	@echo 'make lint   check formatting, style, types, imports and templates'
	@echo 'make format put the code and the templates into their format'
	@echo 'make lock   resolve pyproject.toml anew into requirements/*.lock'
	@echo 'make clean  remove the environment and what tools left; the data in var/ stays'

venv:
	@test -n '$(PYTHON)' || { \
		echo 'This needs Python 3.11 or newer, as python3 in the path or named: make PYTHON=…' >&2; \
		exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		echo 'Making the environment…'; \
		$(PYTHON) -m venv $(VENV) >$(VENV).log 2>&1 || { \
			tail -n 3 $(VENV).log >&2; rm -f $(VENV).log; \
			echo 'This Python cannot make environments: its venv or ensurepip module is missing.' >&2; \
			echo 'On Debian and Ubuntu, install the package python3-venv and run make again.' >&2; \
			exit 1; }; \
		rm -f $(VENV).log; }

# A copy of the list that was installed stands in the environment: the same list is not installed
# twice, and a change of it is noticed however it came about. The list for development contains the
# other one.
environment: venv
	@cmp -s requirements/base.lock $(VENV)/base.lock || { \
		echo 'Installing the requirements…'; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
			--require-hashes -r requirements/base.lock \
		&& cp requirements/base.lock $(VENV)/base.lock; }

environment-dev: venv
	@cmp -s requirements/dev.lock $(VENV)/dev.lock || { \
		echo 'Installing the requirements for tests and tools…'; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
			--require-hashes -r requirements/dev.lock \
		&& cp requirements/dev.lock $(VENV)/dev.lock \
		&& cp requirements/base.lock $(VENV)/base.lock; }

# One that measures can do everything that the one for development can.
environment-bench: venv
	@cmp -s requirements/bench.lock $(VENV)/bench.lock || { \
		echo 'Installing the requirements for measuring…'; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
			--require-hashes -r requirements/bench.lock \
		&& cp requirements/bench.lock $(VENV)/bench.lock \
		&& cp requirements/dev.lock $(VENV)/dev.lock \
		&& cp requirements/base.lock $(VENV)/base.lock; }

run: environment
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@$(BIN)/python manage.py bootstrap --address '$(HOST):$(PORT)'
	@PORT='$(PORT)' HOST='$(HOST)' exec $(BIN)/python manage.py serve

test: environment-dev
	@$(BIN)/python -m tests.run $(TESTS)

soak: environment-dev
	@SOAK=20 $(BIN)/python -m tests.run tests/tracker/test_durability.py \
		tests/statuses/test_concurrency.py tests/jobs/test_workers.py

bench: environment-bench
	@$(BIN)/python -m benchmarks

bench-against: environment-bench
	@$(BIN)/python -m benchmarks.against '$(OTHER)'

lint: environment-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --check templates
	$(BIN)/djlint --lint templates
	$(BIN)/mypy
	$(BIN)/lint-imports

format: environment-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --reformat templates

# Each list keeps to the versions of the one before, so the order matters.
LOCK := pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-header --universal --python-version 3.11 pyproject.toml

lock: environment-dev
	$(BIN)/uv $(LOCK) --upgrade -o requirements/base.lock
	$(BIN)/uv $(LOCK) --upgrade -c requirements/base.lock --group dev -o requirements/dev.lock
	$(BIN)/uv $(LOCK) --upgrade -c requirements/dev.lock --group bench -o requirements/bench.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
