"""One test that fails is enough for a grade, and the verdicts stay the same.

The suite has what a test may leave for the next one: a class's attribute, a
mock of the module's, what is set up for a class and fails on a fault.
"""
from dataclasses import replace
from pathlib import Path

import pytest

from winnow.checking.check import check
from winnow.checking.options import Options

# As a command, it begins with no module of the exercise.
pytestmark = pytest.mark.usefixtures("unloaded")
SUITE = '''
import unittest
from unittest.mock import Mock, PropertyMock, patch

from client import GithubOrgClient
from utils import access_nested_map, get_json

GET = Mock(**{"return_value.json.return_value": {"a": 1}})


class TestKept(unittest.TestCase):
    answers = None

    def names(self):
        if TestKept.answers is None:
            with patch("client.get_json", return_value=[
                    {"name": "a", "license": {"key": "mit"}}, {"name": "b"}]
            ), patch.object(GithubOrgClient, "_public_repos_url",
                            new_callable=PropertyMock, return_value="u"):
                client = GithubOrgClient("x")
                TestKept.answers = [client.public_repos(),
                                    client.public_repos("mit")]
        return TestKept.answers

    def test_all(self):
        self.assertEqual(self.names()[0], ["a", "b"])

    def test_some(self):
        self.assertEqual(self.names()[1], ["a"])


class TestSetUp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.value = access_nested_map({"a": {"b": 0}}, ("a", "b"))

    def test_value(self):
        self.assertEqual(self.value, 0)


class TestShared(unittest.TestCase):
    def test_get(self):
        with patch("requests.get", GET):
            self.assertEqual(get_json("u"), {"a": 1})
        self.assertGreaterEqual(GET.call_count, 1)
'''
FAULTS = frozenset({
    "public-repos-ignore-the-licence", "nested-map-falsy-is-missing",
    "nested-map-error-is-a-sentence", "get-json-requests-twice",
    "get-json-undecoded", "has-license-reads-the-name",
    "has-license-written-out"})


def test_the_quick_verdicts_are_those_of_all_tests(tmp_path: Path) -> None:
    """What is kept by one test is seen by another that comes no more there."""
    (tmp_path / "test_client.py").write_text(SUITE)
    whole = Options(only=FAULTS, jobs=1)
    reports = [check([tmp_path], each)
               for each in (whole, replace(whole, quick=True))]
    verdicts = [{each.fault.name: each.outcome for each in report.faults}
                for report in reports]
    assert [report.is_complete for report in reports] == [True, False]
    assert verdicts[0] == verdicts[1]
    assert verdicts[1]["public-repos-ignore-the-licence"] == "caught"
    assert verdicts[1]["nested-map-falsy-is-missing"] == "caught"
    assert verdicts[1]["nested-map-error-is-a-sentence"] == "missed"
    assert reports[0].refactorings == reports[1].refactorings
