# Tandem. `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help install develop demo demo-reset test test-fast check bench lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Tandem needs Python 3.11 or newer")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null 2>&1; then uv pip install -q -p $(BIN)/python --require-hashes -r requirements.lock; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; fi
	@if command -v uv >/dev/null 2>&1; then uv pip install -q -p $(BIN)/python --no-deps --no-build-isolation -e .; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; fi
	@touch $@

$(VENV)/developing: requirements-dev.lock $(VENV)/installed
	@if command -v uv >/dev/null 2>&1; then uv pip install -q -p $(BIN)/python --require-hashes -r requirements-dev.lock; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock; fi
	@touch $@

install: $(VENV)/installed ## make the environment: .venv/bin/tandem

develop: $(VENV)/developing ## the environment with the tools for tests and checks

demo: $(VENV)/installed ## migrate, fill with invented data, serve at http://127.0.0.1:8000 (PORT=… for another port)
	@TANDEM_DEMO=1 PORT=$(PORT) $(BIN)/tandem demo

demo-reset: $(VENV)/installed ## begin the demonstration anew
	@TANDEM_DEMO=1 $(BIN)/tandem demo-reset

test: $(VENV)/developing ## the whole suite, on SQLite and on PostgreSQL, with a browser when a Chromium is found
	@command -v chromium >/dev/null 2>&1 || echo "No chromium found: the browser tests are skipped."
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal

test-fast: $(VENV)/developing ## SQLite only, no browser, no journeys; some minutes
	@$(BIN)/python -m pytest -q --fast -n 2 --dist worksteal

check: $(VENV)/developing ## ruff, mypy --strict, import contracts, templates, migrations, translations
	@$(BIN)/ruff check app benchmarks migrations tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/python -m pytest -q tests/house --fast

bench: $(VENV)/developing ## measure against the floor, on SQLite and PostgreSQL; prints a table, writes benchmarks/results.json
	@$(BIN)/python -m benchmarks

lock: ## renew the hashed locks (needs uv)
	@uv lock -q
	@uv export -q --no-emit-project --no-header --format requirements-txt --no-default-groups --extra postgres --group build > requirements.lock
	@uv export -q --no-emit-project --no-header --format requirements-txt --extra postgres --group build --group test --group lint --group browser --group bench > requirements-dev.lock

clean: ## remove the environment and what tools left
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
