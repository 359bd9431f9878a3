"""What suites written for the course rely on, held against our modules.

112 public suites that pass on the course's modules were tried on changed
ones. What each change broke is a habit here: a test such as they have, that
relies on one thing. Every habit holds on the reference and on the plain
modules, and breaks where the plain ones are changed as it says.

At the end, the exemplary suites: on the plain modules, in reversed order, and
each test alone.
"""
import subprocess
import sys
import unittest
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from shutil import copy
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock, PropertyMock, call, patch

import pytest
import requests

from tests.support.exemplary import (
    NAMES,
    PLAIN,
    ROOT,
    exemplary_tests,
    modules_from,
    result_of,
)

URL = "https://api.github.com/orgs/google"
LIST = "https://example.com/list"
REPOS = [
    {"name": "kratu", "license": {"key": "mit"}},
    {"name": "dagger", "license": {"key": "apache-2.0"}},
]

# How a test notices: by an assertion, or by what a double does not allow.
NOTICED = (AssertionError, AttributeError, TypeError, ValueError)

Habit = Callable[[], None]
HABITS: list[Habit] = []
CHANGES: list[tuple[Habit, str, str, str]] = []


def breaks_on(module: str, old: str, *news: str) -> Callable[[Habit], Habit]:
    """Make a test a habit; each of the changes to a plain module breaks it."""
    def register(habit: Habit) -> Habit:
        """Note the habit and its changes."""
        HABITS.append(habit)
        CHANGES.extend((habit, module, old, new) for new in news)
        return habit
    return register


def get_json(url: str) -> Any:
    """Return what `get_json` does, as it is imported now."""
    return import_module("utils").get_json(url)


def google() -> Any:
    """Return a client, of the class that is imported now."""
    return import_module("client").GithubOrgClient("google")


# The lines of the plain modules that are changed.
FETCH = "return requests.get(url).json()"
ORG = "get_json(self.ORG_URL.format(org=self.org_name))"
REPOS_URL = 'self.org["repos_url"]'
PAYLOAD = "get_json(self._public_repos_url)"
LICENSE = "self, license: Optional[str] = None"
NOT_NONE = 'assert license_key is not None, "a licence key is needed"'


def decoded_after(statement: str) -> str:
    """Return `FETCH` with a statement about the response in between."""
    return (f"response = requests.get(url)\n    {statement}\n"
            "    return response.json()")


@breaks_on(
    "utils", FETCH,
    "return requests.get(url, timeout=10).json()",
    "return requests.get(url=url).json()",
    "return requests.get(url + '?per_page=100').json()",
    "return requests.Session().get(url).json()",
    "return requests.request('GET', url).json()",
    "return requests.api.get(url).json()",  # as `from requests import get`
)
@patch("requests.get")
def the_request_is_the_url_and_nothing_else(get: Mock) -> None:
    """The exact call is frozen, as it is by 92 of the 112."""
    get_json(URL)

    get.assert_called_once_with(URL)


@breaks_on("utils", FETCH, "return requests.Session().get(url).json()")
@patch("utils.requests.get")
def the_request_is_patched_by_way_of_utils(get: Mock) -> None:
    """`requests` is a name in `utils`, and `get` is looked up in it."""
    answer = get_json(URL)

    assert answer is get.return_value.json.return_value


@breaks_on(
    "utils", FETCH,
    "import requests\n    " + FETCH,
    decoded_after("isinstance(response, requests.Response)"),
)
@patch("utils.requests")
def the_whole_library_is_patched(library: Mock) -> None:
    """Nothing of it is needed but `get`, not even a class to compare with."""
    library.get.return_value.json.return_value = REPOS

    assert get_json(URL) == REPOS


@breaks_on(
    "utils", FETCH,
    decoded_after("response.raise_for_status()"),
    decoded_after("response.status_code"),
    decoded_after("response.links"),
    decoded_after("response.url"),
)
@patch("requests.get", return_value=SimpleNamespace(json=lambda: REPOS))
def the_response_knows_json_alone(_get: Mock) -> None:
    """106 of the 112 give their responses nothing else."""
    assert get_json(URL) == REPOS


@breaks_on(
    "utils", FETCH,
    decoded_after("assert not response.status_code >= 400"),
    decoded_after("assert 'next' not in response.links"),
)
@patch("requests.get", return_value=Mock(**{"json.return_value": REPOS}))
def the_response_is_a_mock(_get: Mock) -> None:
    """Whatever else is read from it is a Mock too, and fit for nothing."""
    assert get_json(URL) == REPOS


@breaks_on(
    "utils", FETCH,
    decoded_after("assert not isinstance(response, requests.Response) or "
                  "'next' not in response.links"),
)
@patch("requests.get")
def the_response_is_a_mock_with_a_spec(get: Mock) -> None:
    """`isinstance` takes it for a real response, which it is not."""
    get.return_value = Mock(spec=requests.Response)
    get.return_value.json.return_value = REPOS

    assert get_json(URL) == REPOS


@breaks_on(
    "utils", FETCH,
    decoded_after("assert response.status_code != 404"),
    decoded_after("assert response.ok"),
)
@patch("requests.get")
def the_response_says_404(get: Mock) -> None:
    """What a double says of its status is not acted upon."""
    get.return_value = Mock(spec=requests.Response, status_code=404, ok=False)
    get.return_value.json.return_value = {"message": "Not Found"}

    assert get_json(URL) == {"message": "Not Found"}


@breaks_on(
    "client", ORG,
    "__import__('utils')." + ORG,
    ORG.replace("self.", "url=self.", 1),
    ORG[:-1] + ", timeout=10)",
    f"{ORG} and {ORG}",
)
@patch("client.get_json")
def org_is_one_call_of_the_clients_own_get_json(fetch: Mock) -> None:
    """The URL is its one argument, by position."""
    assert google().org is fetch.return_value

    assert fetch.call_args_list == [call(URL)]


@breaks_on("client", ORG, f"dict({ORG})", f"dict.copy({ORG})")
@patch("client.get_json")
def org_is_called_as_a_method(fetch: Mock) -> None:
    """57 of the 112 do so: `get_json` gave a Mock, which can be called."""
    google().org()

    fetch.assert_called_once_with(URL)


@breaks_on("client", ORG, f"dict({ORG})")
@patch("client.get_json", return_value={"login": "google"})
def org_is_the_very_object_that_get_json_gave(fetch: Mock) -> None:
    """It is neither checked nor copied."""
    assert google().org is fetch.return_value


@breaks_on("client", REPOS_URL, f"{ORG}['repos_url']", f"{URL!r} + '/repos'")
@patch("client.GithubOrgClient.org", new_callable=PropertyMock)
def org_is_replaced_by_a_property_mock(org: Mock) -> None:
    """The address is read from the property, on the class."""
    org.return_value = {"repos_url": LIST}

    assert google()._public_repos_url == LIST


@breaks_on(
    "client", PAYLOAD,
    f"get_json({REPOS_URL})",
    f"self._public_repos_url and {PAYLOAD}",
    "__import__('utils')." + PAYLOAD,
    PAYLOAD[:-1] + " + '?per_page=100')",
    PAYLOAD[:-1] + ", page=1)",
    f"{PAYLOAD} and {PAYLOAD}",
)
@patch("client.GithubOrgClient._public_repos_url", new_callable=PropertyMock)
@patch("client.get_json", return_value=REPOS)
def the_list_takes_one_look_and_one_call(fetch: Mock, url: Mock) -> None:
    """Both doubles count, as the course's task has it."""
    url.return_value = LIST

    assert google().public_repos() == ["kratu", "dagger"]
    url.assert_called_once_with()
    fetch.assert_called_once_with(LIST)


@breaks_on("client", LICENSE, LICENSE.replace("self,", "self, *,"))
@patch("client.GithubOrgClient.repos_payload", REPOS)
def the_licence_is_given_by_position() -> None:
    """It is the first argument."""
    assert google().public_repos("mit") == ["kratu"]


@breaks_on("client", LICENSE, LICENSE.replace("license", "key"))
@patch("client.GithubOrgClient.repos_payload", REPOS)
def the_licence_is_given_by_name() -> None:
    """The name is `license`."""
    assert google().public_repos(license="mit") == ["kratu"]


@breaks_on("client", NOT_NONE, "pass",
           "if license_key is None:\n            raise ValueError(None)")
def none_for_a_licence_key_is_an_assertion_error() -> None:
    """No other exception will do."""
    with unittest.TestCase().assertRaises(AssertionError):
        google().has_license({"license": {"key": "mit"}}, None)


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("folder", [ROOT, PLAIN], ids=["reference", "plain"])
def test_the_modules_keep_what_suites_rely_on(
    habit: Habit, folder: Path,
) -> None:
    """A suite with this habit passes."""
    with modules_from(folder):
        habit()


@pytest.mark.parametrize(
    "habit, module, old, new", CHANGES,
    ids=[habit.__name__ for habit, *_change in CHANGES])
def test_a_change_that_suites_would_notice_is_noticed(
    habit: Habit, module: str, old: str, new: str, tmp_path: Path,
) -> None:
    """A suite with this habit fails."""
    for name in ("utils", "client"):
        copy(PLAIN / f"{name}.py", tmp_path)
    source = (PLAIN / f"{module}.py").read_text()
    assert source.count(old) == 1
    (tmp_path / f"{module}.py").write_text(source.replace(old, new))

    with modules_from(tmp_path):
        import_module("client")  # A change must not fail by its syntax.
        with pytest.raises(NOTICED):
            habit()


def test_a_client_that_only_re_exports_is_noticed(tmp_path: Path) -> None:
    """What is patched in `client` has to be what the class looks up."""
    copy(PLAIN / "utils.py", tmp_path)
    copy(PLAIN / "client.py", tmp_path / "kept_client.py")
    (tmp_path / "client.py").write_text(
        "from kept_client import GithubOrgClient, get_json\n")

    with modules_from(tmp_path), pytest.raises(AssertionError):
        org_is_one_call_of_the_clients_own_get_json()


def passed(groups: list[list[unittest.TestCase]]) -> list[str]:
    """Return the ids of the tests that pass, each group run by itself."""
    ids = []
    for group in groups:
        result = result_of(group)
        if result.wasSuccessful() and result.testsRun == len(group):
            ids.extend(test.id() for test in group)
    return ids


def test_the_exemplary_suites_pass_in_reversed_order() -> None:
    """No test needs another to have run before."""
    with modules_from(ROOT):
        tests = exemplary_tests()
        backwards = tests[::-1]

        assert passed([backwards]) == [test.id() for test in backwards]


def test_each_exemplary_test_passes_alone() -> None:
    """And no class needs its other tests."""
    with modules_from(ROOT):
        tests = exemplary_tests()

        assert passed([[test] for test in tests]) == [
            test.id() for test in tests]


def test_the_exemplary_suites_pass_on_the_plain_modules(
    tmp_path: Path,
) -> None:
    """They ask for the course's contract and for nothing that we added."""
    for name in NAMES:
        folder = PLAIN if (PLAIN / f"{name}.py").exists() else ROOT
        copy(folder / f"{name}.py", tmp_path)
    with modules_from(ROOT):
        count = len(exemplary_tests())

    run = subprocess.run(
        [sys.executable, "-m", "unittest"],
        cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert f"Ran {count} tests" in run.stderr
