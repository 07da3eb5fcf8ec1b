# Every target sets itself up: it needs Python 3.11 or 3.12, make and a C library.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# A distribution's own Python first: it is built by profile, and serves a request for 5 to 20 % less
# processor time than a plain build, such as pyenv makes.
PYTHON ?= $(shell for p in /usr/bin/python3.11 /usr/bin/python3.12 python3.11 python3.12 python3; do \
	$$p -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := .venv/bin
PYTHON_CLIENTS := tests/service/clients/apart/requirements
NODE_CLIENT := tests/service/clients/node
RIVALS := tests/bench/rivals
OBP := tests/service/export/apart/requirements
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command 'make lock'
CONFIG ?= pointsman.yaml
ARGS ?=
# Small matrices: threads of a linear algebra library only get in each other's way.
export OMP_NUM_THREADS := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: help demo serve simulate test clients lint fmt docs lock bench bench-rivals wheel clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/ready ## See it learn: four simulated models, no key, no network.
	$(BIN)/pointsman demo $(ARGS)

serve: .venv/ready ## Serve your models: make serve CONFIG=pointsman.yaml
	$(BIN)/pointsman serve --config $(CONFIG) $(ARGS)

simulate: .venv/ready ## See which policy earns more: make simulate ARGS="--data prompts.jsonl.gz"
	$(BIN)/pointsman simulate $(or $(ARGS),--data tutorial)

test: lint clients ## All checks and all tests.
	$(BIN)/python -m pytest $(ARGS)

# Without npm the test of the Node SDK is skipped, and says so.
clients: .venv-clients/ready .venv-obp/ready $(if $(shell command -v npm),$(NODE_CLIENT)/node_modules) ## Install the clients and readers that make test tries.

lint: .venv/ready ## Formatting, lint and security rules, types, import contracts.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fmt: .venv/ready ## Format the code and mend what can be mended.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/ready ## Bring the tables of docs/configuration.md up to date.
	$(BIN)/pointsman config reference --page docs/configuration.md

lock: .venv/ready ## Resolve pyproject.toml anew into requirements.lock.
	$(COMPILE) --extra dev --output-file requirements.lock pyproject.toml
	$(COMPILE) --output-file $(PYTHON_CLIENTS).lock $(PYTHON_CLIENTS).in
	$(COMPILE) --output-file $(RIVALS)/requirements.lock $(RIVALS)/requirements.in
	$(COMPILE) --output-file $(OBP).lock $(OBP).in

bench: .venv/ready ## Time decisions, learning and HTTP on this machine.
	$(BIN)/python -m tests.bench $(ARGS)

bench-rivals: .venv/ready .venv-rivals/ready $(RIVALS)/node_modules ## Compare with other gateways; needs wrk and npm.
	$(BIN)/python -m tests.bench.rivals $(ARGS)

wheel: .venv/ready ## Build dist/pointsman-*.whl.
	$(BIN)/python -m hatchling build --target wheel

clean: ## Remove the virtual environments and all that was built.
	rm -rf .venv .venv-clients .venv-obp .venv-rivals $(NODE_CLIENT)/node_modules $(RIVALS)/node_modules
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Pointsman needs Python 3.11 or 3.12; install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# Environments of packages that do not fit beside the service's own.
.venv-clients/ready: $(PYTHON_CLIENTS).lock | .venv/ready
	$(call environment,.venv-clients,$<)

.venv-obp/ready: $(OBP).lock | .venv/ready
	$(call environment,.venv-obp,$<)

.venv-rivals/ready: $(RIVALS)/requirements.lock | .venv/ready
	$(call environment,.venv-rivals,$<)

%/node_modules: %/package-lock.json %/package.json
	@command -v npm >/dev/null || { echo "npm is missing: apt-get install nodejs npm" >&2; exit 1; }
	cd $* && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

define environment
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(1)
	$(BIN)/uv pip install --quiet --python $(1)/bin/python --require-hashes --build-constraints $(2) --requirement $(2)
	@touch $(1)/ready
endef
