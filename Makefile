# `make` alone lists what there is. Everything runs from .venv, which `make setup` builds and keeps current.
PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) scripts/setup.py
PYTEST := $(BIN)/python -m pytest
CHECKS := tests/test_architecture.py tests/test_docs.py tests/test_dependencies.py

# Everything here starts Python by the dozen, tests by the hundred: each would compile all packages anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-mux check check-types check-rules bench bench-quick screenshots reset compile

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is needed (.venv, browser parts), start nothing
	@$(SETUP)

run: setup ## Start everything on this machine; SCALE=100000 adds that many inventory rows
	@exec $(BIN)/python -m sandbox.supervisor --follow-parent

demo: setup ## The same school some weeks later: schema applied, a third migrated, views, a batch under way
	@exec $(BIN)/python -m sandbox.supervisor --follow-parent --demo

test: ## Run every test, browser tests too; CHECKED names files that `make check` has just run
	@$(SETUP) --dev --browser
	@$(PYTEST) -n 5 --dist loadfile --no-loadscope-reorder $(patsubst %,--ignore %,tests/e2e $(CHECKED))
	@$(PYTEST) -n 3 --dist loadfile --screenshot only-on-failure tests/e2e

test-mux: ## Hold the Mux adapter against the Mux environment of MUX_TOKEN_ID, with test assets
	@$(SETUP) --dev
	@$(BIN)/python -m scripts.test_mux

check: ## Lint, formatting, types, architecture and docs
	@$(SETUP) --dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j2 --output-sync=target check-types check-rules

check-types:
	@$(BIN)/mypy

check-rules:
	@$(BIN)/python -m pytest -q $(CHECKS)

bench: ## Measure the claims at full scale
	@$(SETUP) --dev --browser
	@$(BIN)/python -m bench

bench-quick: ## Measure the claims at small scale, at most three minutes
	@$(SETUP) --dev --browser
	@$(BIN)/python -m bench --quick

screenshots: ## Photograph every page of the running demo, light and dark, into docs/images
	@$(SETUP) --dev --browser
	@set -a; [ ! -f .local/env ] || . ./.local/env; $(BIN)/python -m scripts.screenshots

reset: ## Forget the sandbox: its database, its files, its keys
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m sandbox.supervisor.reset; else rm -rf .local; fi

compile: setup ## Pin the newest packages that requirements*.in allow
	@for name in requirements-setup requirements requirements-dev; do \
	  $(BIN)/uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --universal \
	    --python-version 3.11 --no-header $$name.in -o $$name.txt || exit 1; done
