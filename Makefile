# The commands of this repository. They need make and Python 3.13 and put all that they make into .venv and .local.
#
#   make demo    the whole stack on this machine, and an event's way through it
#   make test    all that CI runs
#   make fuzz    over 100,000 requests that nobody in their right mind sends, in some minutes
#   make up      the stack alone; make down stops it

PYTHON ?= python3.13
bin := .venv/bin
sam := .local/venvs/sam/bin/sam
export PYTHONDONTWRITEBYTECODE = 1
export SAM_CLI_TELEMETRY = 0
export HYPOTHESIS_STORAGE_DIRECTORY = .local/cache/hypothesis

define no_python
Python 3.13 is needed, the version that the functions run on; here '$(PYTHON)' is not there or is another. To get it:
  Debian 13, Ubuntu 25.04 or later   apt-get install python3.13 python3.13-venv
  anywhere                           pyenv install 3.13      or: uv python install 3.13
  macOS                              brew install python@3.13
If it has another name here: make $(MAKECMDGOALS) PYTHON=/path/to/python3.13
endef
export no_python

.PHONY: setup up demo start-api down test fuzz check bench format

setup:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || { printf '%s\n' "$$no_python" >&2; exit 1; }
	@$(PYTHON) -m local setup

up: setup
	@$(bin)/python -m local up

demo: up
	@$(bin)/python -m local demo

# Needs Docker; PORT chooses another than 3000.
start-api: setup
	@$(bin)/python -m local start-api

down:
	@if [ -x $(bin)/python ]; then $(bin)/python -m local down; else echo "  Nothing is set up here."; fi

# Ordered by speed: what fails soon, fails first.
test: setup
	$(bin)/ruff format --check
	$(bin)/ruff check
	$(bin)/mypy
	$(bin)/lint-imports --no-logo --cache-dir .local/cache/imports
	$(bin)/cfn-lint template.yaml
	$(sam) validate --config-env local
	$(bin)/pytest

# Counts what it sent in its last lines; the tests are the ones that 'make test' runs on a few thousand.
fuzz: setup
	$(bin)/pytest tests/fuzz --hypothesis-profile=fuzz

check: test

# Needs valgrind and what DynamoDB Local needs; what it measures and how is in docs/benchmarks.md.
bench: setup
	@command -v valgrind >/dev/null || { echo "make bench needs valgrind: apt-get install valgrind" >&2; exit 1; }
	@$(bin)/python -m tests.bench


format: setup
	$(bin)/ruff format
	$(bin)/ruff check --fix
