# Columna. `make demo` shows it, `make test` tests it; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help setup demo run worker film test test-fast test-film test-moodle test-long check format types lock audit fresh-root translate migration mutants bench-lti bench-pages bench-background bench-hanging clean

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
LMS_PORT ?= 8080
# A file's tests stay together, as many files at once as there are cores, browsers first.
PYTEST := $(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.tool ## make the virtual environment and install the tool
$(VENV)/.tool: setup.cfg pyproject.toml scripts/setup requirements/tool.txt
	@scripts/setup tool

$(VENV)/.tests: setup.cfg pyproject.toml scripts/setup requirements/tests.txt
	@scripts/setup tests

demo: $(VENV)/.tool ## start the tool, its worker and a demonstration LMS (PORT, LMS_PORT)
	@$(BIN)/columna demo --port $(PORT) --lms-port $(LMS_PORT)

run: $(VENV)/.tool ## start the tool with the settings of the environment
	$(BIN)/columna upgrade
	$(BIN)/columna serve --port $(PORT)

worker: $(VENV)/.tool ## start the task worker with the settings of the environment
	$(BIN)/columna worker

film: $(VENV)/.tests ## draw the clips and lesson films that have changed: make film ARGS=--help
	$(BIN)/python -m scripts.film $(ARGS)

test: $(VENV)/.tests ## install what the tests need, then run every test but those of the drawing
	$(PYTEST) --durations=20

test-fast: $(VENV)/.tests ## rules only: no database, no application, no browser; half a minute
	HYPOTHESIS_PROFILE=fast $(PYTEST) -p tests.fast

test-film: $(VENV)/.tests ## how the films are drawn, and that the shipped ones are whole
	$(PYTEST) tests/film

test-moodle: $(VENV)/.tests ## the story over a real Moodle: COLUMNA_MOODLE_TREE=path of its tree; needs PHP
	COLUMNA_LONG=1 $(BIN)/python -m pytest -q -rs tests/rigs/moodle

test-long: $(VENV)/.tests ## the long profile: slow phone, many examples, a real Moodle
	COLUMNA_LONG=1 HYPOTHESIS_PROFILE=long $(PYTEST) -rs

check: $(VENV)/.tests ## style, types, import contracts, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pip check

lock: ## write requirements/ anew from setup.cfg, keeping what still fits (UPGRADE=1: newest)
	@scripts/lock $(if $(UPGRADE),--upgrade)

audit: ## ask the advisory service about every locked package (needs the network)
	@scripts/audit

fresh-root: ## make demo and make test in a minimal Debian (SUITE=bookworm or trixie; as root)
	scripts/fresh-root $(or $(SUITE),bookworm)

format: $(VENV)/.tests ## write the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translate: $(VENV)/.tests ## collect the words of the pages and compile the catalogues
	@mkdir -p build
	$(BIN)/pybabel -q extract -F plugin/translations/babel.cfg -k _l -k lazy_gettext --no-location --sort-output --omit-header -o build/messages.pot .
	$(BIN)/pybabel -q update -i build/messages.pot -d plugin/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d plugin/translations

migration: $(VENV)/.tests ## draft a migration: make migration name=what_it_does
	$(BIN)/python -m tests.migrations.draft "$(name)"

mutants: $(VENV)/.tests ## change rules one line at a time, name what no test sees: FILES="a.py b.py"
	$(BIN)/python -m scripts.mutate $(ARGS) $(FILES)

bench-lti: $(VENV)/.tests ## launches per second beside pylti1p3next and ltijs (needs node and npm)
	$(BIN)/python -m tests.bench.lti

bench-pages: $(VENV)/.tests ## what a patient's pages, saves and films cost beside a bare Flask application
	$(BIN)/python -m tests.bench.pages

bench-background: $(VENV)/.tests ## what the worker's tasks cost at 2,000 and 10,000 participants, and whom they hold up
	$(BIN)/python -m tests.bench.background

bench-hanging: $(VENV)/.tests ## what fifty telephones that stop in the middle of a form cost the others
	$(BIN)/python -m tests.bench.hanging

clean: ## remove the virtual environment and the demonstration's data
	rm -rf $(VENV) var
