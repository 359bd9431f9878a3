"""Tests for pytest that put back what their fixtures change."""
import os
from unittest.mock import patch

import pytest
import requests

from scales import mean, to_fahrenheit
from station import summary


@pytest.fixture(scope="session")
def of_the_session():
    os.environ["TEMPERATURE"] = "1"
    yield []
    del os.environ["TEMPERATURE"]


@pytest.fixture(scope="module")
def of_the_module():
    patcher = patch("requests.put")
    patcher.start()
    yield []
    patcher.stop()


@pytest.fixture(scope="class")
def of_the_class():
    with patch("station.mean", return_value=20):
        yield []


@pytest.fixture(autouse=True)
def of_each(monkeypatch, tmp_path):
    monkeypatch.setenv("PRESSURE", "1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(requests, "get", None)
    assert mean([1, 3]) == 2


def test_a_session_s_is_made_anew(of_the_session):
    of_the_session.append(mean([1, 3]))
    assert of_the_session == [2]


def test_a_module_s_is_made_anew(of_the_module):
    of_the_module.append(mean([1, 3]))
    assert of_the_module == [2]


class TestClass:
    def setup_class(cls):
        cls.readings = []

    def test_a_class_s_is_made_anew(self, of_the_class):
        of_the_class.append(summary([1]))
        self.readings.append(mean([1, 3]))
        assert (of_the_class, self.readings) == (["68.0 F"], [2])

    def test_the_object_is_another_one(self):
        assert not hasattr(self, "reading")
        self.reading = mean([1, 3])


def test_a_folder_for_each(tmp_path):
    (tmp_path / "once").mkdir()
    assert to_fahrenheit(100) == 212


@pytest.mark.parametrize(("celsius", "expected"), [
    (0, 32), (100, 212)], ids=["a b[c]::d", "e.f"])
def test_rows_of_any_name(celsius, expected):
    assert to_fahrenheit(celsius) == expected


@pytest.mark.xfail(run=False)
def test_that_never_runs():
    assert mean([1, 3]) == 3


def test_that_gives_up():
    pytest.xfail(f"{mean([1, 3])}")


def test_by_pytest_s_own():
    with pytest.warns(UserWarning), pytest.raises(ValueError):
        pytest.importorskip("warnings").warn(f"{mean([1, 3])}")
        mean([])
