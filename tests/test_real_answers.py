"""What the reference modules promise beyond the course, on real answers.

Nothing is patched but the address of GitHub: a server on this machine answers.

- options: handed on as they are, to every page, `params` to the first only
- errors: HTTP errors, no JSON, a broken connection, a timeout
- pages: whole, in order, each asked once; whom and what `next` may not name
- the client on an organisation with thousands of repositories
- maps, memoized methods and assertions that the course does not speak of
"""
import subprocess
import sys
from collections import ChainMap, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import Mock, patch

import pytest
import requests

from client import GithubOrgClient
from fixtures import apache2_repos, expected_repos, repos_payload
from tests.github_server import (
    BROKEN_OFF,
    DOWN,
    LOGIN_PAGE,
    NOT_FOUND,
    PAGES,
    RATE_LIMITED,
    SLOW,
    TRUNCATED,
    Answer,
    GithubServer,
    as_json,
    as_page,
    moved,
    repositories,
)
from utils import access_nested_map, get_json, memoize

ROOT = Path(__file__).parent.parent
TOKEN = {"Authorization": "Bearer secret"}
LIST = "/orgs/google/repos"


@pytest.fixture
def stranger() -> Iterator[GithubServer]:
    """Give a server on another port, which is another host to HTTP."""
    with GithubServer() as server:
        yield server


@pytest.mark.parametrize("options, header, value", [
    ({"headers": TOKEN}, "Authorization", "Bearer secret"),
    ({"auth": ("reader", "secret")}, "Authorization",
     "Basic cmVhZGVyOnNlY3JldA=="),
    ({"cookies": {"session": "1"}}, "Cookie", "session=1"),
    ({}, "Authorization", None),
    ({}, "Cookie", None),
])
def test_what_is_given_for_one_request_goes_to_every_page(
    github: GithubServer, options: Any, header: str, value: str | None,
) -> None:
    """Headers, credentials and cookies are sent when given, and only then."""
    github.repositories = repositories(70)

    get_json(github.url + LIST, **options)

    assert [asked.headers[header] for asked in github.asked] == [value] * 3


@pytest.mark.parametrize("params, queries", [
    ({"per_page": 4}, [
        [("per_page", "4")],
        [("per_page", "4"), ("page", "2")],
        [("per_page", "4"), ("page", "3")],
    ]),
    (None, [[]]),
])
def test_params_are_sent_once_and_carried_on_by_the_links(
    github: GithubServer, params: Any, queries: list[list[tuple[str, str]]],
) -> None:
    """To send them again would name each of them twice."""
    get_json(github.url + LIST, params=params)

    assert [asked.query for asked in github.asked] == queries


def test_a_proxy_is_asked_in_place_of_the_host(github: GithubServer) -> None:
    """The server plays the proxy to a host that does not exist."""
    record = get_json(
        "http://api.github.invalid/orgs/google",
        proxies={"http": github.url})

    assert record["login"] == "google"
    assert github.asked[0].headers["Host"] == "api.github.invalid"


def test_a_slow_answer_is_not_waited_for(github: GithubServer) -> None:
    """A timeout in seconds ends in the exception that requests has for it."""
    github.answers[LIST] = SLOW

    with pytest.raises(requests.Timeout):
        get_json(github.url + LIST, timeout=0.05)


def test_a_slow_second_page_is_not_waited_for(github: GithubServer) -> None:
    """The timeout counts for each page."""
    github.answers[LIST] = as_page([], f"{github.url}/slow")
    github.answers["/slow"] = SLOW

    with pytest.raises(requests.Timeout):
        get_json(github.url + LIST, timeout=0.05)


@pytest.mark.parametrize("answer", [NOT_FOUND, RATE_LIMITED, DOWN])
@pytest.mark.parametrize("target", [
    f"{LIST}?per_page=4", f"{PAGES}?per_page=4&page=2"])
def test_an_http_error_is_raised_with_the_answer_it_carries(
    github: GithubServer, target: str, answer: Answer,
) -> None:
    """On any page: half a list would look like a whole one."""
    github.answers[target] = answer

    with pytest.raises(requests.HTTPError) as caught:
        get_json(github.url + LIST, params={"per_page": 4})

    response = caught.value.response
    assert (response.status_code, response.content) == answer[:2]
    assert answer.headers.items() <= response.headers.items()


def test_an_unknown_organisation_is_a_404(github: GithubServer) -> None:
    """The client says what GitHub said, and keeps no answer."""
    client = GithubOrgClient("goggle")

    for _ in range(2):
        with pytest.raises(requests.HTTPError) as caught:
            client.public_repos()
        assert caught.value.response.json()["message"] == "Not Found"

    assert [asked.path for asked in github.asked] == ["/orgs/goggle"] * 2


@pytest.mark.parametrize("answer, where", [
    (TRUNCATED, "Unterminated string starting at: line 1 column 28 (char 27)"),
    (LOGIN_PAGE, "Expecting value: line 1 column 1 (char 0)"),
    (Answer(204, b""), "Expecting value: line 1 column 1 (char 0)"),
])
def test_an_answer_that_is_no_json_raises_an_error_that_names_the_url(
    github: GithubServer, answer: Answer, where: str,
) -> None:
    """It is a ValueError, and as JSONDecodeError one of those of requests."""
    github.answers[f"{LIST}?per_page=4"] = answer

    with pytest.raises(ValueError) as caught:
        get_json(github.url + LIST, params={"per_page": 4})

    url = f"{github.url}{LIST}?per_page=4"
    assert isinstance(caught.value, requests.JSONDecodeError)
    assert str(caught.value) == f"{url} did not answer with JSON: {where}"
    assert caught.value.doc == answer.body.decode()


def test_a_connection_that_breaks_off_raises_an_error(
    github: GithubServer,
) -> None:
    """GitHub announced more than it sent."""
    github.answers[LIST] = BROKEN_OFF

    with pytest.raises(requests.RequestException):
        get_json(github.url + LIST)


@pytest.mark.parametrize("payload", [None, {}, {"total_count": 2}, 0, "up"])
def test_what_is_no_list_has_no_pages(
    github: GithubServer, payload: Any,
) -> None:
    """GitHub's search answers so: an object, and a link to the next one."""
    github.answers["/search"] = as_page(payload, f"{github.url}{LIST}")

    answer = get_json(f"{github.url}/search")

    assert answer == payload
    assert len(github.asked) == 1


@pytest.mark.parametrize("next_url", [
    "{url}/second", "/second", "second", "?page=2"])
def test_a_next_page_is_followed_wherever_its_list_stands(
    github: GithubServer, next_url: str,
) -> None:
    """A relative URL is read from the page that it stands on."""
    github.answers["/first"] = as_page([1], next_url.format(url=github.url))
    github.answers["/second"] = as_page([], "/third")
    github.answers["/first?page=2"] = as_page([], "/third")
    github.answers["/third"] = as_json([2, [3]])

    assert get_json(f"{github.url}/first") == [1, 2, [3]]
    assert len(github.asked) == 3


def test_a_list_that_has_moved_is_read_where_it_went(
    github: GithubServer,
) -> None:
    """Links are relative to the URL that answered, not the one asked."""
    github.answers["/orgs/goggle/repos"] = moved(f"{github.url}/new/list")
    github.answers["/new/list"] = as_page(["a"], "second")
    github.answers["/new/second"] = as_json(["b"])

    assert get_json(f"{github.url}/orgs/goggle/repos") == ["a", "b"]


def test_a_next_page_may_stand_on_https_of_the_same_host(
    github: GithubServer,
) -> None:
    """So does GitHub's when it is asked by http, and sends on to https."""
    github.answers["http://api.github.invalid/list"] = as_page(
        [], "https://api.github.invalid/list?page=2")

    with pytest.raises(requests.exceptions.ProxyError):
        get_json(
            "http://api.github.invalid/list",
            proxies={"http": github.url, "https": github.url})

    assert github.asked[1].target == "api.github.invalid:443"


@pytest.mark.parametrize("chain", [
    ["/1", "/1"],
    ["/1?q=%7e", "/1?q=%7E"],
    ["/1", "/2", "/2"],
    ["/1", "/2", "/1"],
    ["/1", "/2", "/3", "/2"],
])
def test_a_next_that_repeats_itself_ends_in_an_error(
    github: GithubServer, chain: list[str],
) -> None:
    """The error comes before a page is asked for a second time."""
    for target, following in zip(chain, chain[1:]):
        answer = as_page([], github.url + following)
        github.answers[target.replace("%7e", "~")] = answer

    with pytest.raises(requests.RequestException) as caught:
        get_json(github.url + chain[0])

    again = github.url + chain[-1].replace("%7E", "~")
    assert str(caught.value) == (
        f"{github.url}{chain[0]} serves a page twice: {again}")
    assert len(github.asked) == len(chain) - 1


@pytest.mark.parametrize("next_url", [
    "http://{stranger}/list",
    "//{stranger}/list",
    "http://{github}@{stranger}/list",
    "http://localhost:{port}/list",
    "https://{github}/list",
    "ftp://{github}/list",
    # Python's urlsplit reads it as of the second host, requests of the first.
    "http://{stranger}\\@{github}/list",
])
def test_a_next_on_another_host_is_refused_and_never_asked(
    github: GithubServer, stranger: GithubServer, next_url: str,
) -> None:
    """An `Authorization` header never leaves for it."""
    github.answers[LIST] = as_page([], next_url.format(
        github=github.netloc, stranger=stranger.netloc,
        port=github.server_port))

    with pytest.raises(requests.RequestException) as caught:
        get_json(github.url + LIST, headers=TOKEN)

    assert str(caught.value).startswith(
        f"{github.url}{LIST} continues on another host: ")
    assert stranger.asked == []
    assert len(github.asked) == 1


def test_a_refusal_names_the_host_that_was_not_asked(
    github: GithubServer,
) -> None:
    """A reader of the error can tell who wanted to be asked."""
    github.answers[LIST] = as_page([], "http://stranger.invalid/list")

    with pytest.raises(requests.RequestException) as caught:
        get_json(github.url + LIST)

    assert str(caught.value) == (
        f"{github.url}{LIST} continues on another host: "
        "http://stranger.invalid/list")


def test_a_list_that_has_moved_to_another_host_has_no_next_page_there(
    github: GithubServer, stranger: GithubServer,
) -> None:
    """It is asked as requests does, without the credentials, and only once."""
    github.answers[LIST] = moved(f"{stranger.url}/list")
    stranger.answers["/list"] = as_page([], "/second")

    with pytest.raises(requests.RequestException, match="on another host"):
        get_json(github.url + LIST, headers=TOKEN)

    assert [asked.headers["Authorization"] for asked in stranger.asked] == [
        None]


@pytest.mark.parametrize("next_url", [
    "http://[fe80/list", "http://127.0.0.1:99999/list", "http://:80/list"])
def test_a_next_that_is_no_url_raises_an_error_of_requests(
    github: GithubServer, next_url: str,
) -> None:
    """A caller need not know that URLs are taken apart on the way."""
    github.answers[LIST] = as_page([], next_url)

    with pytest.raises(requests.RequestException) as caught:
        get_json(github.url + LIST)

    assert str(caught.value).startswith(
        f"{github.url}{LIST} continues nowhere: ")


@pytest.mark.parametrize("payload", [None, {"message": "Moved"}, "list"])
def test_a_next_page_that_is_no_list_raises_an_error_that_names_it(
    github: GithubServer, payload: Any,
) -> None:
    """It cannot be joined to the pages before it."""
    github.answers[LIST] = as_page([], "/second")
    github.answers["/second"] = as_json(payload)

    with pytest.raises(requests.RequestException) as caught:
        get_json(github.url + LIST)

    assert f"{github.url}/second" in str(caught.value)


def test_thousands_of_repositories_come_whole_and_in_order(
    github: GithubServer,
) -> None:
    """One request for the organisation, one for each page, none for more."""
    github.repositories = repositories(2345)
    client = GithubOrgClient(
        "google", timeout=10, headers=TOKEN, params={"per_page": 100})

    everything = client.public_repos()
    permissive = client.public_repos("apache-2.0")
    announced = client.org["public_repos"]

    assert everything == [repo["name"] for repo in github.repositories]
    assert announced == len(everything)
    assert permissive == [
        repo["name"] for repo in github.repositories
        if (repo["license"] or {}).get("key") == "apache-2.0"]
    assert [(asked.path, dict(asked.query).get("page"))
            for asked in github.asked] == [
        ("/orgs/google", None), (LIST, None),
        *((PAGES, str(page)) for page in range(2, 25))]
    assert all(asked.headers["Authorization"] == "Bearer secret"
               and ("per_page", "100") in asked.query
               for asked in github.asked)


def test_the_client_reads_the_recorded_repositories(
    github: GithubServer,
) -> None:
    """No options are needed where one page is all."""
    client = GithubOrgClient("google")

    assert client.public_repos() == expected_repos
    assert client.public_repos("apache-2.0") == apache2_repos
    assert client.repos_payload == repos_payload


@pytest.mark.parametrize("target", ["/orgs/google", LIST])
def test_a_client_with_a_timeout_waits_for_neither_answer(
    github: GithubServer, target: str,
) -> None:
    """Its options go to the organisation and to the list."""
    github.answers[target] = SLOW
    client = GithubOrgClient("google", timeout=0.05)

    with pytest.raises(requests.Timeout):
        client.public_repos()


def test_a_double_of_a_response_is_asked_for_its_json_alone() -> None:
    """A double has any attribute, even with a spec: none of them is real."""
    double = Mock(spec=requests.Response)

    with patch("utils.requests.get", return_value=double):
        answer = get_json("https://api.github.com")

    assert answer is double.json.return_value
    assert [call[0] for call in double.mock_calls] == ["json"]


@pytest.mark.parametrize("nested_map", [
    {"a": defaultdict(int, b=1)},
    ChainMap({}, {"a": {"b": 1}}),
    MappingProxyType({"a": MappingProxyType({"b": 1})}),
], ids=lambda nested_map: type(nested_map).__name__)
def test_any_mapping_is_followed_and_none_is_changed(
    nested_map: Mapping[str, Any],
) -> None:
    """To ask a defaultdict for an absent key would add it."""
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
