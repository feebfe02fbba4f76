# One screen: `make help`. Everything runs in .venv, which is made on first use from Python 3.11 or newer.
PYTHON ?= python3
TESTS ?= tests
MARKS ?=
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help demo test coverage lint types docs bench growth fuzz soak image wheel lock clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv/ready ## push, sign, list, inspect, verify and refuse a real image
	@$(BIN)/python demo/main_job.py

test: .venv/ready ## run the tests, the dialect's on an installed wheel; missing peers are skipped by name
	installed=$$($(BIN)/python tests/world/installed.py notation) && \
	SEALWRIGHT_DIALECT_PROGRAM=$$installed $(BIN)/python -m pytest -q $(if $(MARKS),-m "$(MARKS)") $(TESTS)

coverage: .venv/ready ## tests without peers; branch coverage is a gate for each floor
	$(BIN)/python tests/coverage_gate.py

lint: .venv/ready ## ruff, formatting, and the contracts between the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

types: .venv/ready ## mypy strict over code, tests and benchmarks
	$(BIN)/mypy

docs: .venv/ready ## build the documentation into docs/_build
	$(BIN)/sphinx-build -q -W -b html docs docs/_build

bench: .venv/ready ## measure start-up, verification, requests and the registry; prints ratios
	$(BIN)/python bench/run.py

growth: .venv/ready ## measure the service on databases of up to a million rows; takes many minutes
	$(BIN)/python bench/growth.py

fuzz: .venv/ready ## coverage-guided fuzzing; FUZZ_SECONDS for each target, FUZZ_SEED to repeat
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	$(BIN)/python fuzz/campaign.py

soak: .venv/ready ## long runs: ten thousand examples of each property, 500 kills on each storage, layers of 4 GiB, 50,000 signatures of a token
	SEALWRIGHT_SOAK=1 $(BIN)/python -m pytest -q -m hypothesis tests
	SEALWRIGHT_SOAK=1 SEALWRIGHT_KILLS=500 $(BIN)/python -m pytest -q tests/durability tests/service/test_memory.py
	SEALWRIGHT_SOAK=1 $(BIN)/python -m pytest -q tests/peers/test_hardware_load.py

image: .venv/ready ## build the container image into dist/image, an OCI layout (needs root and mmdebstrap)
	$(BIN)/python deploy/image/build.py dist/image

wheel: .venv/ready ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

lock: ## renew the hashed requirement files (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --extra service --extra postgres --extra objectstore --extra pgp --extra pkcs11 pyproject.toml -o requirements/runtime.txt
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --extra service --extra postgres --extra objectstore --extra pgp --extra pkcs11 --group dev pyproject.toml -o requirements/dev.txt

clean: ## remove everything that make has made
	rm -rf .venv .installed dist build docs/_build .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
