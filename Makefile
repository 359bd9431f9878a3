# `make demo` and `make test` need nothing but Python 3.10 or later, make and a
# package index; both set up .venv first. PYTHON=python3.12 chooses another.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench soak clean
.DEFAULT_GOAL := demo

# Exit status 1 is what the checker owes a suite that misses faults.
demo: $(VENV)/installed
	$(BIN)/winnow check examples/first_try || test $$? -eq 1

test: $(VENV)/installed-test
	$(BIN)/python -m unittest
	$(BIN)/python -m pytest

lint: $(VENV)/installed-test
	$(BIN)/pycodestyle .
	$(BIN)/mypy

bench: $(VENV)/installed-bench
	$(BIN)/python benchmarks/speed.py

soak: $(VENV)/installed-bench $(VENV)/installed-test
	$(BIN)/python -m pytest --soak
	$(BIN)/python benchmarks/survivors.py

clean:
	rm -rf $(VENV) .pythons build dist *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Winnow needs Python 3.10 or later: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

$(VENV)/installed-bench: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	touch $@
