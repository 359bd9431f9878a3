# `make demo` and `make test` need nothing but Python 3.10 or later, make and a
# package index; both set up .venv first, and again when pyproject.toml changes.
# `make clean`, then `make test PYTHON=python3.12`, chooses another Python.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test lint bench soak clean
.DEFAULT_GOAL := demo
.NOTPARALLEL:  # One pip at a time in one environment.

# Exit status 1 is what the checker owes a suite that misses faults.
demo: $(VENV)/installed
	$(BIN)/winnow check examples/first_try || test $$? -eq 1

test: $(VENV)/installed-test
	$(BIN)/python -m unittest
	$(BIN)/python -m pytest -rfEs

lint: $(VENV)/installed-test
	$(BIN)/pycodestyle .
	$(BIN)/mypy
	$(BIN)/python -m pytest --quiet tests/test_rules.py

bench: $(VENV)/installed-bench
	$(BIN)/python benchmarks/speed.py

soak: $(VENV)/installed-bench $(VENV)/installed-test
	$(BIN)/python -m pytest --soak
	$(BIN)/python benchmarks/survivors.py

clean:
	rm -rf $(VENV) .pythons .pyodide .mypy_cache .pytest_cache build dist *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Winnow needs Python 3.10 or later: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(INSTALL) --editable '.[test]'
	touch $@

$(VENV)/installed-bench: $(VENV)/installed
	$(INSTALL) --editable '.[bench]'
	touch $@
