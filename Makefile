# What a newcomer types. `make` alone says what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help docs install install-spark python demo down upgrade test test-containers bench mutants coverage-study lint lint-server
PYTHON ?= python3
# Modules, never scripts: a script knows the folder in which it was installed, and a checkout may be moved.
RUN := .venv/bin/python -m
# A demonstration starts dozens of processes: without bytecode on disk each would compile the same libraries again.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 23

python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer, or name yours: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v=sys.version_info; sys.exit(None if v >= (3, 11) else "Parity needs Python 3.11 or newer; %s is %d.%d. Install one and run: make demo PYTHON=python3.12" % (sys.executable, v[0], v[1]))'

install: python ## check the machine, then install the pipeline and Superset
	@$(PYTHON) -m stack.install

install-spark: python
	@$(PYTHON) -m stack.install $(if $(shell command -v java),--group spark)
	@command -v java >/dev/null || echo "There is no Java, so nothing runs on Spark."

demo: install ## start everything, load samples (SOURCE=DIR: real data), publish, print where to look
	@$(RUN) cli demo $(if $(SOURCE),--source $(SOURCE))

down: ## stop exactly what was started; data stay
	@if [ -x .venv/bin/python ]; then $(RUN) cli down; else echo "Nothing is installed, so nothing runs."; fi

upgrade: python ## to this code, with all data: stop, dump, install, migrate, start, build
	@if [ -x .venv/bin/python ]; then $(RUN) cli.upgrade before; fi
	@$(PYTHON) -m stack.install
	@$(RUN) cli.upgrade after

test: install-spark ## every test: unit, integration, end to end (one: .venv/bin/python -m pytest FILE -k WORD)
	@$(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder tests/unit tests/integration
	@$(RUN) pytest tests/e2e

test-containers: install ## docker-compose.yml for real, with Docker or Podman (PARITY_COMPOSE names another compose command)
	@$(RUN) pytest -p no:randomly --timeout 3600 tests/containers

bench: python ## time and memory against their limits and peers (ONLY=demo,kobo,hr,dbt,survey,release,gate,spark)
	@$(PYTHON) -m stack.install $(if $(filter demo,$(ONLY)),,--group bench $(if $(findstring spark,$(ONLY)),--group spark))
	@$(RUN) benchmarks $(if $(ONLY),--only $(ONLY))

mutants: install ## plant faults, and say which no test noticed (SAMPLE=200 SEED=1 ONLY=hr/dates; DBT=1: in models)
	@$(RUN) benchmarks.mutants $(if $(DBT),--dbt) $(if $(SEED),--seed $(SEED)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(ONLY),--only $(ONLY))

coverage-study: install ## do intervals hold a known truth 95 % of the time? (DRAWS=500)
	@$(RUN) benchmarks.coverage_study $(if $(DRAWS),--draws $(DRAWS))

docs: python ## the pages of docs/ as a site, in site/: no network, no broken link, no warning
	@$(PYTHON) -m stack.install --group docs
	@.venv/bin/zensical build --clean --strict

lint: lint-server ## Python by ruff, SQL by sqlfluff, generated files, what a server needs by its own checkers
	@$(RUN) ruff check . && $(RUN) ruff format --check .
	@$(RUN) cli generate --check
	@$(RUN) sqlfluff lint --disable-progress-bar dbt/models dbt/tests

lint-server: python
	@$(PYTHON) -m stack.install --group server
	@.venv/bin/hadolint deploy/Dockerfile
	@.venv/bin/shellcheck deploy/init .ci/run
	@$(RUN) check_jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(RUN) check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml

%:
	@echo "There is no target '$@'. These are:" >&2; $(MAKE) --no-print-directory help >&2; exit 2
