"""Winnow: what would your tests miss?"""
from unittest import TestSuite

__version__ = "0.1.0"


def load_tests(loader: object, tests: TestSuite, pattern: str) -> TestSuite:
    """Keep `python -m unittest` out of the package, which holds no tests."""
    return tests
