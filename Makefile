# ToP: every command a developer needs. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
QUALITY_DATA := $(if $(TOP_QUALITY_DATA),--data "$(TOP_QUALITY_DATA)",)
SCALE_DATA := $(if $(TOP_SCALE_DIR),--data "$(TOP_SCALE_DIR)",)

.PHONY: help setup setup-dev assets run test test-deep check bench bench-secrecy bench-scale quality lock

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/ready: requirements/run.txt
	@echo "Installing the pinned packages ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@$(BIN)/python -m compileall -q app search
	@touch $@

.venv/ready-dev: requirements/dev.txt .venv/ready
	@echo "Installing the pinned development packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

static/vendor/ready: package-lock.json app/web/assets.py $(wildcard static/css/*.css) | .venv/ready
	@echo "Building the browser assets ..."
	@bash .ci/assets
	@touch $@

assets: static/vendor/ready ## build the browser assets

setup: .venv/ready assets ## install everything `make run` needs

node_modules/ready-dev: package-lock.json static/vendor/ready
	@bash .ci/assets dev
	@touch $@

setup-dev: setup .venv/ready-dev node_modules/ready-dev
	@bash .ci/system-packages

run: setup ## serve ToP at http://localhost:8000 (PORT=..., TOP_VAR=...)
	@TOP_PORT=$(PORT) $(BIN)/topctl serve

# The browser's event loop would be in the way of other tests' in the same process: hence two runs each.
test: setup-dev ## every test but the long ones
	@$(BIN)/pytest -q -n 2 -m "not deep and not browser"
	@$(BIN)/pytest -q -n 2 --dist loadfile -m "browser and not deep"

test-deep: setup-dev ## the long tests: faults, kill loops, full matrix
	@$(BIN)/pytest -q -m "deep and not browser"
	@$(BIN)/pytest -q -m "deep and browser"

check: .venv/ready-dev assets ## format, lint, types, imports, translations, migrations
	@$(BIN)/ruff format --check --quiet app search tests benchmarks migrations
	@$(BIN)/ruff check --quiet app search tests benchmarks migrations
	@$(BIN)/mypy --no-error-summary
	@found=$$($(BIN)/lint-imports --no-logo) || { echo "$$found"; exit 1; }
	@$(BIN)/topctl pack check
	@$(BIN)/pytest -q tests/architecture

bench: setup-dev ## measured benches, as ratios, into docs/measurements.md
	@$(BIN)/python -m benchmarks.record bench $(QUALITY_DATA)

bench-secrecy: setup-dev ## what time tells of hidden ids and known accounts (15 minutes)
	@$(BIN)/python -m benchmarks.record secrecy

bench-scale: setup-dev ## a million organisations, five million facts (TOP_SCALE_DIR=dir keeps them; an hour)
	@$(BIN)/python -m benchmarks.record scale $(SCALE_DATA)

quality: setup-dev ## lookup and recognition quality, into docs/measurements.md (TOP_QUALITY_DATA=dir)
	@$(BIN)/python -m benchmarks.record quality $(QUALITY_DATA)

lock: .venv/ready-dev ## compile the pins from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group setup $(LOCK_FLAGS) -o requirements/run.txt
	@$(BIN)/uv pip compile pyproject.toml --group setup --group test --group check -c requirements/run.txt $(LOCK_FLAGS) -o requirements/dev.txt
	@echo "schemathesis>=4.32" | $(BIN)/uv pip compile - $(LOCK_FLAGS) -o requirements/fuzz.txt

LOCK_FLAGS := --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header --quiet
