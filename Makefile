# Two commands do everything on a fresh machine with Python 3.11+, git and make:
#   make demo    sets up and shows the main job on real input
#   make test    sets up and passes all checks and tests
#   make faults  tries every crash point, every kind of disk failure (half an hour)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The tests that belong to the domain: together they take every branch of it.
DOMAIN_TESTS := tests/domain tests/vectors

.PHONY: demo test static coverage mutation faults setup docs bench bench-quick clean

demo: $(VENV)/.demo
	@$(BIN)/oneseek demo

test: $(VENV)/.test
	$(MAKE) -j2 static coverage
	$(BIN)/pytest $(DOMAIN_TESTS:%=--ignore=%)

static: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# Every branch of domain/, by its own tests alone; `make test` runs them this way, once.
coverage: $(VENV)/.test
	$(BIN)/pytest $(DOMAIN_TESTS) --cov --cov-report=term-missing:skip-covered

# Which changes to the code would no test notice? Minutes to half an hour; docs/mutation.md says what
# it found. The tool changes copies of files and needs them where `import oneseek` looks for them.
MUTATION := build/mutation
mutation: $(VENV)/.test
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[train,test,mutation]'
	rm -rf $(MUTATION)
	mkdir -p $(MUTATION)/src/oneseek
	cp -R domain adapters cli migrations datasets $(MUTATION)/src/oneseek
	cp -R tests pyproject.toml $(MUTATION)
	cd $(MUTATION) && PATH="$(CURDIR)/$(BIN):$$PATH" mutmut run && PATH="$(CURDIR)/$(BIN):$$PATH" mutmut results

# Every cell of docs/faults.md, and writers for a minute; `make test` tries a part of each row. Then
# what is marked as thorough, and the property tests with thirty times as many examples.
faults: $(VENV)/.test
	OQT_FAULTS=all $(BIN)/pytest tests/faults --override-ini timeout=3600
	OQT_FAULTS=all $(BIN)/pytest -m thorough
	OQT_EXAMPLES=1000 $(BIN)/pytest tests/domain tests/vectors tests/migrations --override-ini timeout=3600

setup: $(VENV)/.test

docs: $(VENV)/.test
	$(BIN)/python docs/tools/reference.py

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

# torch first and by itself: its pin takes a CPU build where one is offered, and nothing that is
# installed later can ask for another one.
$(VENV)/.demo: pyproject.toml $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[train]'
	@touch $@

$(VENV)/.test: $(VENV)/.demo
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[train,test]'
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

# About ten minutes on two quiet processors; the quick one says little about large ledgers.
bench: $(VENV)/.test
	$(BIN)/python benchmarks/run.py --out docs

bench-quick: $(VENV)/.test
	$(BIN)/python benchmarks/run.py --sizes quick
