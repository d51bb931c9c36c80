# What a newcomer types. `make` alone says what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install install-spark python demo down test bench coverage-study lint
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .parity/uv/bin/uv)

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 23

.parity/uv/bin/uv:
	@mkdir -p .parity && chmod 711 .parity
	@$(PYTHON) -m venv .parity/uv && .parity/uv/bin/pip install --quiet --disable-pip-version-check uv

python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer, or name yours: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v=sys.version_info; sys.exit(None if v >= (3, 11) else "Parity needs Python 3.11 or newer; %s is %d.%d. Install one and run: make demo PYTHON=python3.12" % (sys.executable, v[0], v[1]))'

install: python $(if $(findstring .parity,$(UV)),.parity/uv/bin/uv)
	@echo "Installing the pipeline and Superset (once; a minute or so) ..."
	@$(UV) sync --frozen --quiet
	@$(UV) sync --frozen --quiet --project superset

install-spark: install
	@if command -v java >/dev/null; then $(UV) sync --frozen --quiet --group spark; else echo "There is no Java, so nothing runs on Spark."; fi

demo: install ## start everything, load samples (SOURCE=DIR: real data), publish, print where to look
	@.venv/bin/parity demo $(if $(SOURCE),--source $(SOURCE))

down: ## stop exactly what was started; data stay
	@if [ -x .venv/bin/parity ]; then .venv/bin/parity down; else echo "Nothing is installed, so nothing runs."; fi

test: install install-spark ## every test: unit, integration on a real PostgreSQL and on Spark, end to end
	@.venv/bin/python -m pytest -n 2 --dist loadfile tests/unit tests/integration
	@.venv/bin/python -m pytest tests/e2e

bench: install ## time and memory against their limits and peers (ONLY=demo,kobo,hr,dbt,survey,spark)
	@$(if $(filter demo,$(ONLY)),,$(UV) sync --frozen --quiet --group bench $(if $(findstring spark,$(ONLY)),--group spark))
	@.venv/bin/python -m benchmarks $(if $(ONLY),--only $(ONLY))

coverage-study: install ## do intervals hold a known truth 95 % of the time? (DRAWS=500)
	@.venv/bin/python -m benchmarks.coverage_study $(if $(DRAWS),--draws $(DRAWS))

lint: install ## Python by ruff, SQL by sqlfluff
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/sqlfluff lint --disable-progress-bar dbt/models dbt/tests

%:
	@echo "There is no target '$@'. These are:" >&2; $(MAKE) --no-print-directory help >&2; exit 2
