"""A plugin of pytest's: tests run in an order by chance, as SHUFFLED says.

`SHUFFLED=7 pytest -p tests.support.shuffled` runs them in the seventh of all
orders, so that one which ends red can be had again.
"""
import os
import random

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests into another order."""
    random.Random(os.environ["SHUFFLED"]).shuffle(items)
