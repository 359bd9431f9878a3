"""What the reference modules promise beyond the course's suites.

- no options, and no line that tells a double from a real answer
- real answers of a server on this machine: handed on as they are, whatever
  the status; what is no answer is an error
- maps, memoized methods and assertions that the course does not speak of
"""
import ast
import inspect
import subprocess
import sys
from collections import ChainMap
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import Mock, patch

import pytest
import requests
from werkzeug import Response

from client import GithubOrgClient
from fixtures import apache2_repos, expected_repos
from tests.support.github_server import (
    RECORDS,
    GithubServer,
    as_json,
    not_found,
)
from utils import access_nested_map, get_json, memoize

ROOT = Path(__file__).parents[2]
LIST = "/orgs/google/repos"


@pytest.mark.parametrize(("function", "parameters"), [
    (access_nested_map, ["nested_map", "path"]),
    (get_json, ["url"]),
    (memoize, ["fn"]),
    (GithubOrgClient, ["org_name"]),
    (GithubOrgClient.public_repos, ["self", "license"]),
    (GithubOrgClient.has_license, ["repo", "license_key"]),
])
def test_a_function_has_the_parameters_of_the_contract_alone(
    function: Any, parameters: list[str],
) -> None:
    """There are no options."""
    assert [*inspect.signature(function).parameters] == parameters


@pytest.mark.parametrize(("module", "asked"), [
    ("utils", ["isinstance(value, Mapping)"]), ("client", [])])
def test_no_type_is_asked_for_but_that_of_a_map(
    module: str, asked: list[str],
) -> None:
    """So no line tells a double of a response from a real one."""
    tree = ast.parse((ROOT / f"{module}.py").read_text("utf-8"))

    found = [ast.unparse(node) for node in ast.walk(tree)
             if isinstance(node, ast.Call)
             and ast.unparse(node.func) in (
                 "isinstance", "issubclass", "type", "hasattr")]

    assert found == asked


def test_a_double_of_a_response_is_asked_for_its_json_alone() -> None:
    """A double has any attribute, even with a spec: none of them is real."""
    double = Mock(spec=requests.Response)

    with patch("utils.requests.get", return_value=double):
        answer = get_json("https://api.github.com")

    assert answer is double.json.return_value
    assert [call[0] for call in double.mock_calls] == ["json"]


def test_the_client_reads_the_recorded_repositories(
    github: GithubServer,
) -> None:
    """It makes two requests, and hands on what it is given."""
    client = GithubOrgClient("google")

    assert client.public_repos() == expected_repos
    assert client.public_repos("apache-2.0") == apache2_repos
    assert client.repos_payload == RECORDS
    assert github.asked == ["/orgs/google", LIST]


@pytest.mark.parametrize("answer", [
    not_found(), as_json({"message": "Server Error"}, 500)])
def test_an_http_error_is_handed_on_as_the_json_that_it_carries(
    github: GithubServer, answer: Response,
) -> None:
    """No status is looked at: `robust_client/` does that."""
    github.expect_oneshot_request("/orgs/goggle").respond_with_response(
        answer)

    record = GithubOrgClient("goggle").org

    assert [*record][:1] == ["message"]


def test_an_unknown_organisation_has_no_list(github: GithubServer) -> None:
    """What GitHub says of it has no address of a list."""
    client = GithubOrgClient("goggle")

    with pytest.raises(KeyError) as caught:
        client.public_repos()

    assert caught.value.args == ("repos_url",)


@pytest.mark.parametrize("answer", [
    Response(b'[{"name": "episodes.dart", "license'),
    Response("<!DOCTYPE html><title>Sign in</title>"),
    Response("<!DOCTYPE html><title>Unicorn!</title>", 500),
    Response(b"", 204),
], ids=["cut off", "a page to sign in", "a page of an error", "nothing"])
def test_an_answer_that_is_no_json_is_a_value_error(
    github: GithubServer, answer: Response,
) -> None:
    """It is raised to the caller, and the request is not made again."""
    github.expect_oneshot_request(LIST).respond_with_response(answer)

    with pytest.raises(ValueError):
        GithubOrgClient("google").public_repos()

    assert len(github.asked) == 2


def test_a_connection_that_breaks_off_raises_an_error(
    github: GithubServer,
) -> None:
    """GitHub announced more than it sent."""
    github.expect_oneshot_request(LIST).respond_with_response(
        Response(b'[{"name": "ep', headers={"Content-Length": "5000"}))

    with pytest.raises(requests.RequestException):
        get_json(github.url + LIST)


@pytest.mark.parametrize("nested_map", [
    ChainMap({}, {"a": {"b": 1}}),
    {"a": ChainMap({}, {"b": 1})},
    MappingProxyType({"a": MappingProxyType({"b": 1})}),
], ids=lambda nested_map: type(nested_map).__name__)
def test_any_mapping_is_followed_and_none_is_changed(
    nested_map: Mapping[str, Any],
) -> None:
    """The error names the key alone, which a ChainMap's own does not."""
    before = repr(nested_map)

    found = access_nested_map(nested_map, ("a", "b"))
    with pytest.raises(KeyError) as caught:
        access_nested_map(nested_map, ("a", "absent"))

    assert found == 1
    assert caught.value.args == ("absent",)
    assert repr(nested_map) == before


def test_a_method_that_calls_the_one_it_overrides_has_its_own_answer() -> None:
    """Two methods of one object may share a name."""
    class Plain:
        """Greets in one word."""

        @memoize
        def words(self) -> list[str]:
            """Return the greeting."""
            return ["good"]

    class Kind(Plain):
        """Greets at more length."""

        @memoize
        def words(self) -> list[str]:
            """Return the longer greeting."""
            return [*super().words, "morning"]

    greeter = Kind()

    assert greeter.words == ["good", "morning"]
    assert super(Kind, greeter).words == ["good"]


def test_two_memoized_lambdas_have_an_answer_each() -> None:
    """A lambda has no name of its own."""
    class Pair:
        """Holds two answers."""

        first = memoize(lambda self: object())
        second = memoize(lambda self: object())

    pair = Pair()

    assert pair.first is pair.first
    assert pair.first is not pair.second


def test_a_class_that_answers_to_any_name_is_still_computed() -> None:
    """Its `__getattr__` must not pass for a kept answer."""
    class Obliging:
        """Has every attribute that it is asked for."""

        def __getattr__(self, name: str) -> str:
            """Return the name itself."""
            return name

        @memoize
        def answer(self) -> int:
            """Return the one real answer."""
            return 42

    assert Obliging().answer == 42


def test_a_licence_key_of_none_is_refused_with_the_reason() -> None:
    """The caller learns what to give in its place."""
    with pytest.raises(AssertionError) as caught:
        GithubOrgClient.has_license({}, None)  # type: ignore[arg-type]

    assert str(caught.value) == "license_key must be a key, not None"


def test_a_licence_key_of_none_is_refused_under_optimisation_too() -> None:
    """`python -O` drops assert statements, and must not drop this check."""
    program = "import client; client.GithubOrgClient.has_license({}, None)"

    run = subprocess.run(
        [sys.executable, "-O", "-c", program],
        cwd=ROOT, capture_output=True, text=True)

    assert run.stderr.splitlines()[-1:] == [
        "AssertionError: license_key must be a key, not None"]
