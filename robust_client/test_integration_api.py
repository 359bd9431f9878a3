#!/usr/bin/env python3
"""Integration tests of both modules: over HTTP, with a server on this machine.

With pytest, for its fixtures: two real servers of pytest-httpserver, GitHub
and a stranger, and a bare socket for what no decent server does. Only the
waiting is replaced: `time.sleep` notes how long, and returns.

- a GET is repeated: how often, after which answers, after how long; a POST
  never is
- Retry-After: obeyed, up to a minute
- nobody there, nobody answers, an answer that breaks off
- a token leaves for no other host, not by a redirect either
- HTML for JSON, truncated JSON, a list in pages
"""
import json
import logging
import socket
import time
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, Dict, Iterator, List, Optional

import pytest

from api import BadLink, GithubOrgClient
from far_end import (LIMITED, LOGIN_PAGE, NOT_FOUND, ORGANISATION, TOKEN,
                     repository)
from transport import (BadAnswer, NotFound, RateLimited, ServerFailed,
                       Unreachable, ask, new_session)

pytest_httpserver = pytest.importorskip(
    "pytest_httpserver", reason="it takes a real server: pip install "
    "'winnow-tests[robust_client]'")
werkzeug = pytest.importorskip("werkzeug")
Request, Response = werkzeug.Request, werkzeug.Response

ORG = "/orgs/google"
REPOS = "/orgs/google/repos"


class Server(pytest_httpserver.HTTPServer):
    """A server that notices at once when it is to stop."""

    def thread_target(self) -> None:
        """Serve, and look every 10 ms whether to go on."""
        self.server.serve_forever(poll_interval=0.01)


@pytest.fixture(scope="module")
def servers() -> Iterator[List[Server]]:
    """Give two servers, which run for as long as this file takes."""
    with Server("127.0.0.1") as one, Server("127.0.0.1") as other:
        yield [one, other]


@pytest.fixture
def github(servers: List[Server]) -> Iterator[Server]:
    """Give the server that stands for GitHub, fresh for each test."""
    yield from fresh(servers[0])


@pytest.fixture
def stranger(servers: List[Server]) -> Iterator[Server]:
    """Give another one: to HTTP, another port is another host."""
    yield from fresh(servers[1])


def fresh(server: Server) -> Iterator[Server]:
    """Give a server without answers; ask it for what it was not to get."""
    server.clear()
    yield server
    server.check()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> List[float]:
    """Give how long was waited between retries, in place of waiting."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # A proxy of the reader's.
    noted: List[float] = []
    monkeypatch.setattr(time, "sleep", noted.append)
    return noted


def client_of(url: str, token: Optional[str] = TOKEN, **options: Any
              ) -> GithubOrgClient:
    """Return a client of an API at a URL."""
    return GithubOrgClient("google", token, url=url, **options)


@pytest.fixture
def client(github: Server) -> Iterator[GithubOrgClient]:
    """Give a client that asks the server, closed in the end."""
    with client_of(github.url_for("")) as client:
        yield client


def answers(server: Server, path: str, *said: Any, method: str = "GET",
            last: bool = False) -> None:
    """Let a server give these answers, and no more unless the last stays.

    An answer is a status, JSON, or what werkzeug has for it.
    """
    for number, each in enumerate(said, 1):
        stays = last and number == len(said)
        expected = (server.expect_request if stays
                    else server.expect_ordered_request)(path, method=method)
        expected.respond_with_response(
            each if isinstance(each, Response) else Response(
                status=each) if isinstance(each, int) else as_json(each))


def as_json(said: Any, status: int = 200, **headers: str) -> Response:
    """Return an answer in JSON; an underscore in a name is a hyphen."""
    return Response(json.dumps(said), status, {
        name.replace("_", "-"): value for name, value in headers.items()
    }, content_type="application/json; charset=utf-8")


def asked(server: Server) -> List[Request]:
    """Return the requests that a server got."""
    return [request for request, _ in server.log]


class TestRetries:
    """What is repeated, and how often."""

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_a_get_succeeds_after_a_5xx_that_passes(
            self, status: int, github: Server, client: GithubOrgClient
    ) -> None:
        """A double of the session would never have asked again."""
        answers(github, ORG, status, ORGANISATION)

        assert client.org() == ORGANISATION

    def test_a_get_is_repeated_as_often_as_it_was_told(
            self, github: Server) -> None:
        """Three retries are four requests; the fifth is not made."""
        answers(github, ORG, 500, 500, 500, ORGANISATION)

        with client_of(github.url_for(""), retries=3) as client:
            assert client.org() == ORGANISATION

    def test_a_5xx_that_stays_is_an_error_with_its_status(
            self, github: Server) -> None:
        """After the first request, and as many retries as it was told."""
        answers(github, ORG, 503, 503, 503, last=True)

        with client_of(github.url_for(""), retries=2) as client:
            with pytest.raises(ServerFailed) as caught:
                client.org()

        assert caught.value.status == 503
        assert len(asked(github)) == 3

    def test_a_later_page_is_repeated_alone(
            self, github: Server, client: GithubOrgClient) -> None:
        """The pages before it are not asked for again."""
        second = github.url_for("/second")
        answers(github, REPOS, as_json(
            [repository("b")], Link=f'<{second}>; rel="next"'))
        answers(github, "/second", 500, [repository("a")])

        assert client.public_repos() == ["b", "a"]
        assert [each.path for each in asked(github)] == [
            REPOS, "/second", "/second"]

    def test_a_post_is_never_repeated(
            self, github: Server, client: GithubOrgClient) -> None:
        """The server may have done what was asked, before it failed."""
        answers(github, REPOS, 503, method="POST", last=True)

        with pytest.raises(ServerFailed):
            client.create_repo("new")

        assert [each.method for each in asked(github)] == ["POST"]

    def test_a_post_arrives_as_json_with_the_token(
            self, github: Server, client: GithubOrgClient) -> None:
        """As the server reads it, not as it was meant."""
        answers(github, REPOS, as_json(repository("new"), 201), method="POST")

        assert client.create_repo("new") == repository("new")
        request, = asked(github)
        assert request.get_json() == {"name": "new"}
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"

    @pytest.mark.parametrize("status", [403, 404])
    def test_a_refusal_is_not_repeated(
            self, status: int, github: Server, client: GithubOrgClient
    ) -> None:
        """It would be the same again."""
        answers(github, ORG, as_json(NOT_FOUND, status), last=True)

        with pytest.raises(Exception, match=str(status)):
            client.org()

        assert len(asked(github)) == 1


class TestWaiting:
    """How long a client waits before it asks again."""

    def test_waits_double_from_retry_to_retry(
            self, github: Server, waits: List[float]) -> None:
        """Who asks at once, all the time, keeps a server down."""
        answers(github, ORG, 500, last=True)

        with client_of(github.url_for(""), retries=4, backoff=0.5) as client:
            with pytest.raises(ServerFailed):
                client.org()

        assert waits[-3:] == [1.0, 2.0, 4.0]

    @pytest.mark.parametrize("status", [429, 503])
    def test_retry_after_is_waited_for(
            self, status: int, github: Server, client: GithubOrgClient,
            waits: List[float]) -> None:
        """As long as the server says, then the answer is had."""
        answers(github, ORG,
                Response(status=status, headers={"Retry-After": "7"}),
                ORGANISATION)

        assert client.org() == ORGANISATION
        assert waits == [7]

    @pytest.mark.parametrize(("wait", "requests"), [("60", 2), ("61", 1)])
    def test_a_minute_is_waited_for_and_no_more(
            self, wait: str, requests: int, github: Server,
            waits: List[float]) -> None:
        """Nobody is held for an hour, and nobody asks too early."""
        before = time.time()
        answers(github, ORG, as_json(LIMITED, 429, Retry_After=wait),
                last=True)

        with client_of(github.url_for(""), retries=1) as client:
            with pytest.raises(RateLimited) as caught:
                client.org()

        assert len(asked(github)) == requests
        assert sum(waits) == (60 if requests == 2 else 0)
        assert caught.value.ends.timestamp() >= before + int(wait)

    def test_a_retry_after_that_cannot_be_read_is_none(
            self, github: Server, client: GithubOrgClient) -> None:
        """The limit is told, and not the header's fault."""
        answers(github, ORG, as_json(LIMITED, 429, Retry_After="soon"),
                last=True)

        with pytest.raises(RateLimited):
            client.org()

    def test_spent_requests_are_not_waited_for(
            self, github: Server, client: GithubOrgClient) -> None:
        """The error has the time at which there are new ones."""
        answers(github, ORG, as_json(
            LIMITED, 403, X_RateLimit_Remaining="0",
            X_RateLimit_Reset="1772366400"), last=True)

        with pytest.raises(RateLimited) as caught:
            client.org()

        assert caught.value.ends.isoformat() == "2026-03-01T12:00:00+00:00"
        assert len(asked(github)) == 1


@contextmanager
def one_that(*says: bytes, after: float = 0) -> Iterator[str]:
    """Give the URL of a bare socket, which says one of these to each caller.

    It says it `after` seconds, and hangs up.
    """
    def serve() -> None:
        """Answer each caller."""
        for said in says:
            with suppress(OSError):  # Who has given up is no longer there.
                there, _ = listener.accept()
                with there:
                    there.recv(65536)
                    is_over.wait(after)
                    there.sendall(said)

    is_over = Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            is_over.set()
            for _ in says:  # In place of callers who did not come.
                socket.create_connection(listener.getsockname()).close()
            thread.join()


GOOD = (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
        b"Connection: close\r\n\r\n{}")
BROKEN_OFF = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"login\": "
BROKEN_CHUNK = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"ff\r\n{\"login\": ")


class TestNetwork:
    """What the client does when there is no answer."""

    def test_a_refused_connection_is_unreachable(self) -> None:
        """Nobody listens at a port that was just given back."""
        with socket.create_server(("127.0.0.1", 0)) as place:
            port = place.getsockname()[1]

        with client_of(f"http://127.0.0.1:{port}") as client:
            with pytest.raises(Unreachable):
                client.org()

    def test_one_that_hangs_is_given_up(self) -> None:
        """It would answer after a second, and nobody is there any more."""
        with one_that(GOOD, after=1) as url:
            with client_of(url, timeout=(5, 0.05), retries=0) as client:
                with pytest.raises(Unreachable):
                    client.org()

    def test_a_request_may_have_a_time_out_of_its_own(self) -> None:
        """It counts in place of the session's."""
        with one_that(GOOD, after=1) as url:
            with new_session(timeout=(5, 5), retries=0) as session:
                with pytest.raises(Unreachable):
                    ask(session, "GET", url, timeout=0.05)

    def test_one_that_hangs_after_a_redirect_is_given_up(
            self, github: Server) -> None:
        """The time-out is for each request that is made."""
        with one_that(GOOD, after=1) as url:
            answers(github, ORG, Response(
                status=302, headers={"Location": url}))
            with client_of(github.url_for(""), timeout=(5, 0.1),
                           retries=0) as client:
                with pytest.raises(Unreachable):
                    client.org()

    def test_a_connection_that_is_cut_is_tried_again(self) -> None:
        """Before a word was said, nothing is lost."""
        with one_that(b"", GOOD) as url:
            with client_of(url) as client:
                assert client.org() == {}

    def test_a_post_that_is_cut_is_not_tried_again(self) -> None:
        """It may have arrived."""
        with one_that(b"", GOOD) as url:
            with client_of(url) as client:
                with pytest.raises(Unreachable):
                    client.create_repo("new")

    @pytest.mark.parametrize("said", [BROKEN_OFF, BROKEN_CHUNK],
                             ids=["by length", "in chunks"])
    def test_an_answer_that_breaks_off_is_an_error(self, said: bytes) -> None:
        """No length is counted by urllib3 1.26: JSON is truncated there."""
        with one_that(said) as url:
            with client_of(url, retries=0) as client:
                with pytest.raises((Unreachable, BadAnswer)):
                    client.org()


class TestAnswers:
    """What the client makes of an answer, as a server sends it."""

    @pytest.mark.parametrize(("said", "error"), [
        (as_json(NOT_FOUND, 404), NotFound),
        (Response(LOGIN_PAGE, content_type="text/html"), BadAnswer),
        (Response('[{"name": "episodes.dart", "lic'), BadAnswer),
        (as_json(LIMITED, 429), RateLimited),
    ], ids=["unknown", "html", "truncated", "limited"])
    def test_what_is_no_list_is_an_error(
            self, said: Response, error: type, github: Server,
            client: GithubOrgClient) -> None:
        """Each has its own."""
        answers(github, REPOS, said)

        with pytest.raises(error):
            client.public_repos()

    def test_a_list_comes_whole_and_in_order(
            self, github: Server, client: GithubOrgClient) -> None:
        """From three pages, with the links that GitHub sends."""
        pages: Dict[Optional[str], List[str]] = {
            None: ["c", "a"], "2": ["d"], "3": ["b"]}

        def page(request: Request) -> Response:
            """Return the page that was asked for."""
            number = request.args.get("page")
            after = int(number or 1) + 1
            link = (f'<{github.url_for(REPOS)}?per_page=100&page={after}>; '
                    f'rel="next", <{github.url_for(REPOS)}>; rel="first"')
            return as_json(
                [repository(name) for name in pages[number]],
                **({"Link": link} if after < 4 else {}))

        github.expect_request(REPOS).respond_with_handler(page)

        assert client.public_repos() == ["c", "a", "d", "b"]
        assert [dict(each.args) for each in asked(github)] == [
            {"per_page": "100"}, {"per_page": "100", "page": "2"},
            {"per_page": "100", "page": "3"}]


class TestToken:
    """Where the token goes."""

    def test_a_redirect_to_another_host_carries_no_token(
            self, github: Server, stranger: Server,
            client: GithubOrgClient) -> None:
        """The answer may come from there, and the token stays."""
        answers(github, ORG, Response(
            status=302, headers={"Location": stranger.url_for("/theirs")}))
        answers(stranger, "/theirs", ORGANISATION)

        assert client.org() == ORGANISATION
        request, = asked(stranger)
        assert TOKEN not in str(request.headers)

    def test_a_redirect_on_the_same_host_carries_it(
            self, github: Server, client: GithubOrgClient) -> None:
        """GitHub redirects who asks for a name that has changed."""
        answers(github, ORG, Response(
            status=301, headers={"Location": "/organizations/1342004"}))
        answers(github, "/organizations/1342004", ORGANISATION)

        assert client.org() == ORGANISATION
        assert asked(github)[-1].headers["Authorization"] == f"Bearer {TOKEN}"

    def test_a_next_page_on_another_host_is_not_asked_for(
            self, github: Server, stranger: Server,
            client: GithubOrgClient) -> None:
        """The stranger does not learn that we are there."""
        answers(github, REPOS, as_json(
            [], Link=f'<{stranger.url_for("/theirs")}>; rel="next"'))

        with pytest.raises(BadLink):
            client.repos()

        assert asked(stranger) == []

    def test_it_is_in_no_log(
            self, github: Server, client: GithubOrgClient,
            caplog: pytest.LogCaptureFixture) -> None:
        """Each request and each retry is in one of urllib3's."""
        caplog.set_level(logging.DEBUG)
        answers(github, ORG, 500, ORGANISATION)

        client.org()

        assert ORG in caplog.text
        assert TOKEN not in caplog.text
