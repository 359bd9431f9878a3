"""The fixtures and the loopback server are what GitHub recorded and publishes.

- the fixtures are plain literals, each of them a value of the recording
- fixtures and answers of the server pass GitHub's published schema
- the schema refuses what GitHub would not send
"""
import ast
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4
from werkzeug import Response

import fixtures
from tests.support.github_server import (
    OPENAPI,
    PAGES,
    RECORDING,
    GithubServer,
    not_found,
    rate_limited,
    repositories,
)

GITHUB = Registry().with_resource(
    "urn:github", DRAFT4.create_resource(OPENAPI))

REPOSITORY = "minimal-repository"  # An item of GET /orgs/{org}/repos.
ORGANISATION = "organization-full"
ERROR = "basic-error"


def complaints(payload: Any, schema: str) -> list[str]:
    """Return what GitHub's schema of this name has against a payload."""
    validator = OAS30Validator(
        {"$ref": f"urn:github#/components/schemas/{schema}"},
        registry=GITHUB, format_checker=oas30_format_checker)
    return [error.message for error in validator.iter_errors(payload)]


def test_the_fixtures_are_the_recording_cut_down() -> None:
    """Each value is in the recording, under the same key, in that order."""
    recorded = RECORDING["repos_payload"]

    cut_down = [{field: record[field] for field in repo} for repo, record
                in zip(fixtures.repos_payload, recorded, strict=True)]

    assert fixtures.repos_payload == cut_down
    for name in ("org_payload", "expected_repos", "apache2_repos"):
        assert getattr(fixtures, name) == RECORDING[name]


def test_the_row_of_the_fixtures_is_the_four_of_them() -> None:
    """Suites take them from there, or by their own names."""
    assert fixtures.TEST_PAYLOAD == [(
        fixtures.org_payload, fixtures.repos_payload,
        fixtures.expected_repos, fixtures.apache2_repos)]


def test_the_fixtures_are_plain_literals() -> None:
    """A reader sees each value where it is, and no code makes it."""
    docstring, *statements = ast.parse(
        Path(fixtures.__file__).read_text("utf-8")).body
    kinds = {type(node) for statement in statements
             for node in ast.walk(statement)}

    assert isinstance(docstring, ast.Expr)
    assert kinds <= {ast.Assign, ast.Name, ast.Store, ast.Load, ast.Dict,
                     ast.List, ast.Tuple, ast.Constant}


def test_the_fixtures_tell_repositories_apart() -> None:
    """Forks and others, with licences and without, in no sorted order."""
    repos = fixtures.repos_payload

    assert {repo["fork"] for repo in repos} == {True, False}
    assert any(repo["license"] is None for repo in repos)
    assert fixtures.expected_repos != sorted(fixtures.expected_repos)
    assert 0 < len(fixtures.apache2_repos) < len(fixtures.expected_repos)


@pytest.mark.parametrize(
    "repo", RECORDING["repos_payload"], ids=RECORDING["expected_repos"])
def test_a_recorded_repository_passes_the_schema(repo: Any) -> None:
    """Each record is a whole item of GitHub's list."""
    assert complaints(repo, REPOSITORY) == []


@pytest.mark.parametrize("repo", fixtures.repos_payload,
                         ids=fixtures.expected_repos)
def test_each_field_of_a_repository_passes_the_schema(repo: Any) -> None:
    """The records were cut down, so that the fields are held one by one."""
    for field, value in repo.items():
        assert complaints(value, f"{REPOSITORY}/properties/{field}") == []


def test_each_field_of_the_recorded_organisation_passes_the_schema() -> None:
    """The record was cut down, so that the fields are held one by one."""
    for field, value in fixtures.org_payload.items():
        assert complaints(value, f"{ORGANISATION}/properties/{field}") == []


@pytest.mark.parametrize("change", [
    {"name": ...},
    {"owner": ...},
    {"license": "apache-2.0"},
    {"license": {"key": 2}},
    {"name": None},
    {"id": "7968417"},
    {"fork": 0},
    {"owner": {"login": "google"}},
    {"created_at": "last week"},
], ids=str)
def test_the_schema_refuses_a_corrupted_repository(
    change: dict[str, Any],
) -> None:
    """A field that is gone (...) or of another kind does not pass."""
    whole = {**RECORDING["repos_payload"][2], **change}
    repo = {field: value for field, value in whole.items() if value != ...}

    assert len(complaints(repo, REPOSITORY)) > 0


@pytest.mark.parametrize("payload, schema", [
    ({"repos_url": "https://api.github.com/orgs/google/repos"}, ORGANISATION),
    ({"message": 404}, ERROR),
    (["Not Found"], ERROR),
    (None, f"{ORGANISATION}/properties/repos_url"),
])
def test_the_schema_refuses_other_corrupted_answers(
    payload: Any, schema: str,
) -> None:
    """An organisation cut short, an error with another message."""
    assert len(complaints(payload, schema)) > 0


def test_the_server_answers_with_an_organisation_by_the_schema(
    github: GithubServer,
) -> None:
    """The whole record passes, and its list is the server's own."""
    organisation = requests.get(f"{github.url}/orgs/google").json()

    assert complaints(organisation, ORGANISATION) == []
    assert organisation["repos_url"] == f"{github.url}/orgs/google/repos"


def test_the_server_lists_repositories_by_the_schema(
    github: GithubServer,
) -> None:
    """Those that it makes up pass as the recorded ones do."""
    github.repositories = repositories(18)

    listed = requests.get(f"{github.url}/orgs/google/repos").json()

    assert [complaints(repo, REPOSITORY) for repo in listed] == [[]] * 18
    assert len({repo["url"] for repo in listed}) == 18


@pytest.mark.parametrize("answer", [not_found(), rate_limited()],
                         ids=["not found", "rate limited"])
def test_the_errors_of_the_server_pass_the_schema(answer: Response) -> None:
    """GitHub explains an error in a message, with a page to read on."""
    error = answer.get_json()

    assert complaints(error, ERROR) == []
    assert {"message", "documentation_url"} <= error.keys()


@pytest.mark.parametrize("query, count, links", [
    ("", 30, {"next": "page=2", "last": "page=9"}),
    ("?page=2", 30, {
        "prev": "page=1", "next": "page=3", "last": "page=9",
        "first": "page=1"}),
    ("?page=9", 10, {"prev": "page=8", "first": "page=1"}),
    ("?per_page=100&sort=pushed", 100, {
        "next": "per_page=100&sort=pushed&page=2",
        "last": "per_page=100&sort=pushed&page=3"}),
    ("?per_page=500&page=3", 50, {
        "prev": "per_page=500&page=2", "first": "per_page=500&page=1"}),
])
def test_the_server_pages_as_github_does(
    github: GithubServer, query: str, count: int, links: dict[str, str],
) -> None:
    """Thirty a page, a hundred at most, and the links between them."""
    github.repositories = repositories(250)

    response = requests.get(f"{github.url}/orgs/google/repos{query}")

    assert len(response.json()) == count
    assert {rel: link["url"] for rel, link in response.links.items()} == {
        rel: f"{github.url}{PAGES}?{target}" for rel, target in links.items()}


def test_the_server_links_to_no_other_page_where_there_is_one(
    github: GithubServer,
) -> None:
    """GitHub sends no Link header with a list that is whole."""
    response = requests.get(f"{github.url}/orgs/google/repos")

    assert "Link" not in response.headers


def test_the_server_limits_how_often_it_is_asked(github: GithubServer) -> None:
    """A client that never stops is told so, as GitHub tells it."""
    github.limit = 2

    statuses = [
        requests.get(f"{github.url}/orgs/google").status_code
        for _ in range(3)]

    assert statuses == [200, 200, 403]
