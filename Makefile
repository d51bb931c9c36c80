# What a newcomer types. `make` alone says what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help docs install install-spark python demo down upgrade test test-unit test-code test-e2e test-long test-containers bench mutants long-run coverage-study lint install-lint lint-python lint-sql lint-text lint-safety lint-server
PYTHON ?= python3
# Modules, never scripts: a script knows the folder in which it was installed, and a checkout may be moved.
RUN := .venv/bin/python -m
IN_PARALLEL := $(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 30
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

test: test-code test-e2e ## unit, integration, end to end (one: .venv/bin/python -m pytest FILE -k WORD)

test-unit: install ## the quick unit tests, in less than a minute
	@$(IN_PARALLEL) -m "not slow" tests/unit

test-code: install
	@$(IN_PARALLEL) -m "not long" tests/unit tests/integration

test-e2e: install
	@$(RUN) pytest -m "not long" tests/e2e

test-long: install-spark ## what `make test` leaves to the night: all on Spark, upgrades from every old warehouse, real data, every random example
	@$(IN_PARALLEL) -m "long or random" --hypothesis-profile all tests/unit tests/integration
	@$(RUN) pytest -m long tests/e2e

test-containers: install ## docker-compose.yml for real, with Docker or Podman (PARITY_COMPOSE names another compose command)
	@$(RUN) pytest -p no:randomly --timeout 3600 tests/containers

bench: python ## time and memory against their limits and peers (ONLY=demo,kobo,hr,dbt,survey,release,gate,spark)
	@$(PYTHON) -m stack.install $(if $(filter demo,$(ONLY)),,--group bench $(if $(findstring spark,$(ONLY)),--group spark))
	@$(RUN) benchmarks $(if $(ONLY),--only $(ONLY))

mutants: install ## plant faults, and say which no test noticed (SAMPLE=200 SEED=1 ONLY=hr/dates; DBT=1: in models)
	@$(RUN) benchmarks.mutants $(if $(DBT),--dbt) $(if $(SEED),--seed $(SEED)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(ONLY),--only $(ONLY))

long-run: install ## two years in minutes, and after each step nothing lost, nothing twice, nobody identified (SEED=1 ONLY=STEP SHORT=1)
	@$(RUN) benchmarks.long_run $(if $(SEED),--seed $(SEED)) $(if $(SHORT),--short) $(if $(ONLY),--only $(ONLY))

coverage-study: install ## do intervals hold a known truth 95 % of the time? (DRAWS=500)
	@$(RUN) benchmarks.coverage_study $(if $(DRAWS),--draws $(DRAWS))

docs: python ## the pages of docs/ as a site, in site/: no network, no broken link, no warning
	@$(PYTHON) -m stack.install --group docs
	@.venv/bin/zensical build --clean --strict

lint: lint-python lint-sql lint-text lint-safety lint-server ## every check that runs nothing: code, SQL, spelling, secrets, licences, what a server needs

install-lint: python
	@$(PYTHON) -m stack.install --group server

# For checkers that say much where all is well.
quietly = out=$$($(1) 2>&1) || { printf '%s\n' "$$out"; exit 1; }
# What runs where real data are; made-up data and benchmarks are drawn from seeds and write for all users (B311, B103).
ROOMS := parity ingestion expectations publication stack cli dags
MADE_UP := sandbox benchmarks
NO_RISK_THERE := B311,B103
BANDIT := $(RUN) bandit -q -c pyproject.toml -ii -r

lint-python: install-lint ## style, types, generated files, dependencies
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) cli generate --check
	@$(call quietly,$(RUN) deptry .)
	@$(RUN) mypy

lint-sql: install-lint
	@$(RUN) sqlfluff lint --disable-progress-bar dbt/models dbt/tests

lint-text: install-lint ## spelling, of names too, and YAML
	@git ls-files -z | xargs -0 $(RUN) codespell_lib
	@$(RUN) yamllint --strict .

lint-safety: install-lint ## risky calls, secrets, licences; lists of all parts (SBOM) in .parity/sbom
	@$(call quietly,$(BANDIT) $(ROOMS) superset)
	@$(call quietly,$(BANDIT) $(MADE_UP) -s $(NO_RISK_THERE))
	@$(call quietly,$(RUN) kingfisher scan --quiet --no-validate --no-update-check --git-history none .)
	@$(call quietly,$(RUN) piplicenses)
	@$(call quietly,$(RUN) piplicenses --python superset/.venv/bin/python)
	@mkdir -p .parity/sbom
	@$(call quietly,$(RUN) cyclonedx_py environment .venv/bin/python --pyproject pyproject.toml --output-reproducible --no-validate -o .parity/sbom/pipeline.cdx.json)
	@$(call quietly,$(RUN) cyclonedx_py environment superset/.venv/bin/python --pyproject superset/pyproject.toml --output-reproducible --no-validate -o .parity/sbom/superset.cdx.json)

lint-server: install-lint
	@.venv/bin/hadolint deploy/Dockerfile
	@.venv/bin/shellcheck deploy/init .ci/run
	@$(RUN) check_jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(RUN) check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml

%:
	@echo "There is no target '$@'. These are:" >&2; $(MAKE) --no-print-directory help >&2; exit 2
