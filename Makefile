# Everything that is done with a checkout. Needs git, make and Python 3.11 or later with venv; uses uv where it is there.

VENV := .venv
PYTHON :=
ARGS :=
# How long the tests of `make test` use a window at random.
SOAK_S := 120

python := $(VENV)/bin/python
export PYTHON

# Each process has a server of its own; a file's tests share what they build. A process that dies ends it all. How many
# there are, and which files come first, is told in tests/conftest.py.
pytest = QT_QPA_PLATFORM=offscreen $(python) -m pytest -q --numprocesses auto --maxprocesses 6 --dist loadfile \
	--no-loadscope-reorder --max-worker-restart 0
# On a machine that does other things too, what failed beside others, where all of it ran, is tried once more by itself.
again = { test $$? = 1 && test -n "$$CI" && echo "Once more, one by one: what failed." && \
	QT_QPA_PLATFORM=offscreen $(python) -m pytest -q --last-failed --no-cov $(ARGS); }

.NOTPARALLEL:
.PHONY: help run screenshots test check-format check-lint check-types check-layers check-tests bench format lock clean \
	environment dev-environment

help:
	@echo "make run          the window, on a PostgreSQL of its own with a sample database"
	@echo "make test         all checks and tests, without a display; what CI runs"
	@echo "make bench        the benchmarks, against psql in the same run"
	@echo "make screenshots  pictures of every pane and dialog, in build/screenshots/"
	@echo "make format       put the code into its format"
	@echo "make lock         choose new versions of what the project uses"
	@echo "make clean        remove what the above have made"

environment:
	@.ci/environment $(VENV) run

dev-environment:
	@.ci/environment $(VENV) dev

# Only Linux starts without a display.
ifeq ($(shell uname -s)$(DISPLAY)$(WAYLAND_DISPLAY)$(QT_QPA_PLATFORM),Linux)
run:
	@echo "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): taking the tour instead of opening the window."
	@$(MAKE) --no-print-directory screenshots
else
run: environment
	@$(python) -m pgconsole --local $(ARGS)
endif

screenshots: environment
	@QT_QPA_PLATFORM=offscreen $(python) -m pgconsole --screenshots build/screenshots
	@echo "The pictures are in build/screenshots/"

test: check-format check-lint check-types check-layers
	@mkdir -p build
	@COVERAGE_FILE=build/.coverage PGCONSOLE_SOAK_S=$(SOAK_S) $(pytest) --cov --cov-report=term:skip-covered $(ARGS) || $(again)

check-format: dev-environment
	@$(python) -m ruff format --quiet --diff .

check-lint: dev-environment
	@$(python) -m ruff check --quiet .

check-types: dev-environment
	@$(python) -m mypy --no-error-summary

check-layers: dev-environment
	@report=$$($(VENV)/bin/lint-imports --no-logo) || { echo "$$report"; exit 1; }

check-tests: dev-environment
	@$(pytest) $(ARGS) || $(again)

bench: dev-environment
	@mkdir -p build
	@$(python) tests/benchmarks $(ARGS)

format: dev-environment
	@$(python) -m ruff format --quiet .
	@$(python) -m ruff check --quiet --fix .

# uv writes one file for all systems and Pythons, with hashes and without any address.
uv := $(or $(shell command -v uv),build/uv/bin/uv)
compile := $(uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-strip-extras --upgrade

lock: $(filter build/%,$(uv))
	@$(compile) pyproject.toml --output-file requirements.txt
	@$(compile) pyproject.toml --group dev --constraints requirements.txt --output-file requirements-dev.txt
	@! grep -n '://' requirements.txt requirements-dev.txt

build/uv/bin/uv: | dev-environment
	@$(python) -m venv build/uv
	@build/uv/bin/pip install -qq --disable-pip-version-check uv

clean:
	@rm -rf build dist .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	@find pgconsole tests -name __pycache__ -type d -prune -exec rm -rf {} +
