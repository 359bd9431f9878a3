"""Settings that begin before the tests and end behind them."""
import threading
from unittest.mock import patch

import pytest

end = threading.Event()
thread = threading.Thread(target=end.wait)
patcher = patch("requests.post")


def pytest_configure(config):
    patcher.start()
    thread.start()


def pytest_unconfigure(config):
    patcher.stop()


def pytest_collection_modifyitems(items):
    items.reverse()


@pytest.fixture(scope="session", autouse=True)
def ends_the_thread():
    yield
    end.set()
    thread.join()
