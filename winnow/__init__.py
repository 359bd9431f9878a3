"""Winnow: what would your tests miss?"""
import os

__version__ = "0.1.0"

# Set in the environment of the tests that a check runs: a check that one of
# them began, such as `pytest --winnow`, would have no end.
WITHIN = "WINNOW_CHECKS"
# What processes that start anew are told: the package's name, and the folder
# in which it is found.
PACKAGE = __name__
ABOVE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def load_tests(loader: object, tests: object, pattern: object) -> object:
    """Keep `python -m unittest` out of the package, which holds no tests."""
    return tests
