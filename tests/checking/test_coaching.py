"""What a learner is told of a test that fails on the right modules.

- each of the usual confusions, by its error, has its words
- a wrong belief is answered by the fault on which the test passes
- forty wrong tests are told in few words, of 80 columns
"""
import re
import string
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

import pytest

from tests.support.checking import WINNOW, Ran, report_on, run, write
from winnow.checking.causes import cause
from winnow.checking.coaching import confusions

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "tests" / "handed_in" / "confusions"
Coached = Callable[[str], Mapping[str, Optional[str]]]

# For each suite the tests that are not valid, and words that each must get.
TOLD: Mapping[str, Mapping[str, Optional[str]]] = {
    "01_where_to_patch": {
        "test_where_it_was_made": "Patch client.get_json",
        "test_decorated_where_it_was_made": "though it patches utils.get_json",
        "test_a_neighbour": "though it patches utils.access_nested_map",
        "test_the_other_is_called": "The mock was never called",
        "test_not_in_the_module": 'Write `patch("utils.requests.get")`',
        "test_class_for_a_module": "GithubOrgClient.org does not: write",
        "test_no_module": 'write `patch("client.get_json")`',
        "test_not_in_the_class": "GithubOrgClient has no organisation",
        "test_nothing_replaced": "nothing replaces the request",
    },
    "02_mistyped_checks": {
        **({"test_passes_before_python_3_12": "no check called"}
           if sys.version_info >= (3, 12) else {}),
        "test_misspelt": "no check called assert_called_onec",
        "test_with_autospec": "no check called called_once",
        "test_within_another": "without assertTrue, assertEqual or assert",
        "test_count_is_called": "call_count is a value and no method",
    },
    "03_over_mocking": {
        "test_no_real_code_runs": "replaces public_repos and then calls it",
    },
    "04_no_spec": {
        "test_with_a_spec": "what that describes has no "
                            "public_repositories",
        "test_with_autospec": "refuses this call as the real one would",
    },
    "05_patch_order": {
        "test_named_the_wrong_way_round": "get_json is on top",
        "test_named_the_right_way_round": "For the data that this test",
        "test_short_names": "the lowest gives the first mock",
    },
    "06_parameterized_and_patch": {
        "test_patch_on_top": "Put @parameterized.expand on top",
        "test_patch_on_top_0_https_a_example": "Put @parameterized.expand",
        "test_patch_on_top_1_https_b_example": "Put @parameterized.expand",
        "test_mock_first_0_https_a_example": "the mocks last",
        "test_mock_first_1_https_b_example": "the mocks last",
        "test_other_names_0_https_a_example": "the mocks last",
        "test_other_names_1_https_b_example": "the mocks last",
        "test_mock_in_a_row_0": "For the data that this test sets up",
        "test_one_too_few_0_https_a_example": "then one mock for each @patch",
        "test_one_too_few_1_https_b_example": "then one mock for each @patch",
        "test_no_place_for_the_mock": "then one mock for each @patch",
        "test_one_too_many_0": "is given 2 values of its row, and has 3",
    },
    "06_rows_of_pytest": {
        "test_in_a_test_case": "gives nothing to the methods",
        "test_no_rows": "knows no fixture nested_map",
        "test_the_watcher": "The error is caught.value",
        "test_the_text": "str() gives \"'a'\"",
        "test_async": "a plain def will do",
    },
    "07_properties": {
        "test_called": "Read it without them: .org",
        "test_set": "cannot be set or patched on an instance",
        "test_patched_on_the_instance": "cannot be set or patched on an",
        "test_plain_mock": "org is a property: nothing calls it",
        "test_plain_mock_on_the_class": "new_callable=PropertyMock, return",
        "test_empty_list": "repos_payload is a property: nothing calls it",
    },
    "08_return_value": {
        "test_class_for_its_instance": "mock.return_value.public_repos",
        "test_nobody_set_it": "get_json.return_value = …",
        "test_one_link_is_missing": "get.return_value.json.return_value = …",
        "test_data_for_a_response": "got a dict where it expects a response",
        "test_json_is_data": "json was replaced by the data",
        "test_mock_for_data": "went where plain data belongs",
        "test_the_stand_in": "patch(…, return_value=…)",
    },
    "09_side_effect": {
        "test_runs_out": "The list in side_effect ran out",
        "test_letters": "a text gives its letters",
        "test_keys": "a dict its keys",
        "test_no_list": "a list of which each call gets one item",
        "test_an_error_as_an_answer": "write side_effect in its place",
        "test_an_error_for_the_body": "write side_effect in its place",
    },
    "10_truthy_responses": {
        "test_status_alone": "utils.get_json does not, expect no error",
        "test_compared": "compares a part of a mock that nobody set",
    },
    "11_how_long": {
        "test_never_started": "alone only makes a patcher",
    },
    "11_kept": {
        "test_2": "Make the object in setUp",
    },
    "11_over": {
        "test_over": "it ends with the block of its",
        "test_2": "counts the calls of all tests together",
    },
    "12_async": {
        "test_not_awaited": "only makes a coroutine: await it",
        "test_awaits_a_value": "a plain def will do",
    },
    "13_order": {
        "test_in_that_order": "Nothing has set client by the time",
    },
    "14_by_reference": {
        "test_changed_afterwards": "keeps the arguments themselves",
    },
    "15_assertions": {
        "test_too_late": "assertRaises(KeyError, access_nested_map, {}",
        "test_nothing_to_call": "The function is called first",
        "test_text_of_a_key_error": "str() gives \"'b'\"",
        "test_wide_and_text": "str() gives \"'b'\"",
        "test_watcher": "The error is caught.exception",
        "test_one_value": "One of them is missing",
        "test_without_self": "write `def test_without_self(self)`",
        "test_no_import": "with `from unittest.mock import patch`",
        "test_old_name": "took assertItemsEqual away",
        "test_misspelt": "has no assertEqaul: it is called assertEqual",
        "test_import": "`from fixtures import TEST_PAYLOAD`",
    },
    "16_beliefs": {
        "test_error_names_the_first_key":
            "“The error names the first key, though a later one was missing.” "
            "The right code is at line 21 of utils.py",
        "test_missing_key_is_none": 'raises KeyError("a") on purpose',
        "test_value_of_the_first_key": "“Only the first key of a path",
        "test_answers_are_kept": "its first answer is kept.”",
        "test_memoized_methods_run_each_time": "nothing is memoized.”",
        "test_names_are_sorted": "in the order of the alphabet",
        "test_no_licence_is_an_error": "stops the program with a KeyError.”",
        "test_organisations_are_users": "“The record is the one of a user",
        "test_false_everywhere": "the right code gives 1, and the test",
    },
}


def files_of(suite: str) -> dict[str, bytes]:
    """Return the files of a wrong suite."""
    return {path.name: path.read_bytes()
            for path in (SUITES / suite).glob("*.py")}


@pytest.fixture(scope="module")
def coaching_of(tmp_path_factory: pytest.TempPathFactory) -> Coached:
    """Give what a report says of a suite's wrong tests, by their names."""
    @lru_cache(maxsize=None)
    def coaching(suite: str) -> Mapping[str, Optional[str]]:
        """Run each suite once."""
        report = report_on(tmp_path_factory.mktemp(suite), files_of(suite),
                           exercise=ROOT)
        return {test["id"].rpartition(".")[2]: test["coaching"]
                for test in report["tests"] if not test["valid"]}

    return coaching


@pytest.mark.parametrize("suite", TOLD)
@pytest.mark.by_turns("soak", "slow", "soak")
def test_each_confusion_has_its_words(
        suite: str, coaching_of: Coached) -> None:
    """Every test that is not valid is told what may have been meant."""
    said = coaching_of(suite)

    assert said.keys() == TOLD[suite].keys()
    assert {name: said[name] for name, words in TOLD[suite].items()
            if (words or "-") not in (said[name] or "-")} == {}


def test_every_suite_is_tried() -> None:
    """But the one whose file cannot be imported, which has its own test."""
    assert {path.name for path in SUITES.iterdir()} == (
        {*TOLD, "15_imports"})


def test_a_file_that_cannot_be_imported_is_explained_too(
        tmp_path: Path) -> None:
    """It is a problem and no test; its advice is what a test would get."""
    report = report_on(tmp_path, files_of("15_imports"), exercise=ROOT)

    problem, = report["problems"]
    assert "cannot import name 'org_payloads'" in problem["detail"]
    assert "fixtures.py defines no org_payloads" in problem["advice"]


@pytest.mark.parametrize("row", confusions(), ids=lambda row: row.name)
def test_a_row_is_short_and_whole(row: Any) -> None:
    """Four lines at most, sentences, and no name that a sign cannot fill."""
    names = {name for _, name, _, _ in string.Formatter().parse(row.says)
             if name}

    assert len(textwrap.wrap(row.says, 74)) <= 4
    assert row.title and row.source
    assert [each.name for each in confusions()].count(row.name) == 1
    assert row.signs
    for sign in row.signs:
        assert sign.patterns or sign.cause
        found = {name for pattern in sign.patterns.values()
                 for name in pattern.groupindex}
        # What a cause finds is seen where it says it, in test_learners.py.
        assert callable(cause(sign.cause)) if sign.cause else names <= found


def test_a_module_of_ones_own_has_the_confusions_alone(
        tmp_path: Path) -> None:
    """No table says there what its made faults break."""
    write(tmp_path / "learner", {
        "cellar.py": "def depth():\n    return [3]\n",
        "test_cellar.py": "import unittest\nimport cellar\n\n\n"
        "class TestDepth(unittest.TestCase):\n"
        "    def test_belief(self):\n"
        "        self.assertEqual(cellar.depth(), [])\n\n"
        "    def test_confusion(self):\n"
        "        self.assertEqaul(cellar.depth(), [3])\n\n"
        "    def test_right(self):\n"
        "        self.assertEqual(cellar.depth(), [3])\n"})

    ran = run([WINNOW, "check", "learner", "--module", "learner/cellar.py"],
              tmp_path)

    assert "assertEqaul" in ran.said and "assertEqual(" in ran.said
    assert "Lesson: 01_a_test_can_fail." in ran.said
    assert "so the fault is what it asks for" not in ran.said


MANY = '''from unittest import TestCase

from utils import access_nested_map


class TestMany(TestCase):
''' + "\n".join(f'''
    def test_{number:02}(self):
        {"access_nested_map({}, ('a',))" if number % 4 else "unknown"}
        {"" if number % 4 else "self.assertIsNone(1)"}
''' for number in range(40))


def shown(place: Path) -> Iterator[list[str]]:
    """Yield the lines of coaching for each of forty wrong tests."""
    write(place / "learner", {"test_utils.py": MANY})
    ran: Ran = run([WINNOW, "check", "learner"], place, fresh=False)
    assert max(map(len, ran.out.splitlines())) <= 80
    for part in re.split(r"\n  ✗ (?=test_utils)", ran.out)[1:]:
        lines = part.split("\n\n")[0].splitlines()
        begin = next(i for i, line in enumerate(lines) if "    → " in line)
        yield lines[begin:]


def test_forty_wrong_tests_are_told_in_few_words(tmp_path: Path) -> None:
    """Each has its own coaching, and what was said once is referred to."""
    first, second, third, *others = shown(tmp_path)

    assert len(others) == 37
    assert "Python knows no unknown there" in first[0]
    assert 'raises KeyError("a") on purpose' in second[0]
    assert 2 <= len(second) <= 4
    assert third == ["    → As above, for test_utils.TestMany.test_01."]
    assert "    → As above, for test_utils.TestMany.test_00." in sum(
        others, [])
    assert all(len(lines) == 1 for lines in others)
