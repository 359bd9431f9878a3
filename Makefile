# `make demo` and `make test` need nothing but Python 3.10 or later, make and a
# package index; both set up .venv first, and again when pyproject.toml changes.
# `make clean`, then `make test PYTHON=python3.12`, chooses another Python.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test slow lint bench parity soak site serve test-site soak-site compiled clean
.DEFAULT_GOAL := demo
.NOTPARALLEL:  # One pip at a time in one environment.

# Exit status 1 is what the checker owes a suite that misses faults.
demo: $(VENV)/installed
	$(BIN)/winnow check examples/first_try || test $$? -eq 1

# Two at a time, each with whole files: their tests share what they have made.
# With BACKENDS=required it fails where a database or a broker is away. The
# rules that files obey are of `make lint`.
test: compiled
	$(BIN)/python -m unittest
	BACKENDS=embedded $(BIN)/python -m unittest discover -s registration
	$(BIN)/python -m unittest discover -s robust_client
	$(BIN)/python -m pytest -rfEs --durations=12 -n 2 --dist loadfile \
		--no-loadscope-reorder --ignore tests/project/test_rules.py

# What `make test` leaves out for its time, and CI runs where it has some left,
# with HOW=--exitfirst; `make soak` has all of it, and more.
slow: compiled
	$(BIN)/python -m pytest -rfEs --slow -m slow -n 2 --dist loadfile \
		--no-loadscope-reorder $(HOW)

lint: $(VENV)/installed-test
	$(BIN)/mypy
	$(BIN)/ruff check
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/python -m pytest --quiet tests/project/test_rules.py

bench: $(VENV)/installed-bench
	$(BIN)/python benchmarks/speed.py

# `make parity WRITE=benchmarks/parity.md` keeps the figures, too.
parity: $(VENV)/installed-test
	$(BIN)/python -m tests.parity.hold $(if $(WRITE),--write $(WRITE))

soak: $(VENV)/installed-bench compiled
	$(BIN)/python -m pytest --soak
	$(BIN)/python benchmarks/survivors.py

# The course, the manual and the checker as a website, in site/dist: it needs
# Node, from 18 on, with npm, besides.
site: $(VENV)/installed-docs
	$(BIN)/python site/build.py

serve: site
	@$(BIN)/python site/serve.py $(PORT)

# In Chromium, which must be on this machine.
test-site: $(VENV)/installed-test site
	site/node_modules/.bin/tsc --project site
	$(BIN)/python -m pytest -rfEs --site -m "site and not soak" tests/site

soak-site: $(VENV)/installed-test site
	$(BIN)/python -m pytest -rfEs --site --soak tests/site

# Where PYTHONDONTWRITEBYTECODE is set, each of the hundreds of commands that
# the tests run would compile the package anew.
compiled: $(VENV)/installed-test
	$(BIN)/python -m compileall -q winnow

clean:
	rm -rf $(VENV) .pythons .pyodide .newman .mypy_cache .pytest_cache build dist *.egg-info \
		site/built site/dist site/node_modules

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Winnow needs Python 3.10 or later: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --editable .
	touch $@

# Whatever `installed` stands for is in it, and need not be installed before.
$(VENV)/installed-test: pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --editable '.[test]'
	touch $(VENV)/installed $@

$(VENV)/installed-bench: $(VENV)/installed
	$(INSTALL) --editable '.[bench]'
	touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(INSTALL) --editable '.[docs]'
	touch $@
