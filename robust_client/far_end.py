#!/usr/bin/env python3
"""What stands for GitHub in the tests: records, canned answers, a wire.

`Canned` is a double. It takes the place of the adapter by which a session of
requests sends, so that paths, headers and redirects are real, while retries
and time-outs, which are the adapter's own, are not.
"""
import json
from http import HTTPStatus
from io import BytesIO
from typing import Any, Callable, Dict, List, Optional, Tuple, Union
from unittest import mock

import requests
from requests.adapters import BaseAdapter

from api import GithubOrgClient

API = "https://api.github.com"
ORG = f"{API}/orgs/google"
REPOS = f"{ORG}/repos"
TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
_LINKS = ("archive assignees blobs branches collaborators comments commits "
          "compare contents contributors deployments downloads events forks "
          "git_commits git_refs git_tags hooks issue_comment issue_events "
          "issues keys labels languages merges milestones notifications pulls "
          "releases stargazers statuses subscribers subscription tags teams "
          "trees").split()
_LINKS_OF_OWNER = ("events followers following gists organizations "
                   "received_events repos starred subscriptions").split()
_GOOGLE = {
    "login": "google", "id": 1342004, "node_id": "MDEyOk9yZ2FuaXphdGlvbjE=",
    "type": "Organization", "html_url": "https://github.com/google",
    "avatar_url": "https://avatars.githubusercontent.com/u/1342004",
}
ORGANISATION: Dict[str, Any] = {
    **_GOOGLE, "url": ORG, "repos_url": REPOS, "events_url": f"{ORG}/events",
    "hooks_url": f"{ORG}/hooks", "issues_url": f"{ORG}/issues",
    "members_url": f"{ORG}/members{{/member}}",
    "public_members_url": f"{ORG}/public_members{{/member}}",
    "description": "Google", "has_organization_projects": True,
    "has_repository_projects": True, "public_repos": 3, "public_gists": 0,
    "followers": 1, "following": 0, "created_at": "2012-01-18T01:30:18Z",
    "updated_at": "2026-02-28T12:00:00Z", "archived_at": None,
}
NOT_FOUND = {"message": "Not Found", "status": "404",
             "documentation_url": "https://docs.github.com/rest"}
LIMITED = {"message": "API rate limit exceeded for 192.0.2.1.",
           "documentation_url": "https://docs.github.com/rest/rate-limit"}
LOGIN_PAGE = b"<!DOCTYPE html><title>Sign in to the hotel's network</title>"


def repository(name: str, licence: Optional[str] = None) -> Dict[str, Any]:
    """Return the record of one of google's repositories."""
    url = f"{API}/repos/google/{name}"
    owner = {**_GOOGLE, "url": f"{API}/users/google", "gravatar_id": "",
             "site_admin": False, **{
                 f"{each}_url": f"{API}/users/google/{each}"
                 for each in _LINKS_OF_OWNER}}
    return {
        "id": 1936771, "node_id": "MDEwOlJlcG9zaXRvcnkx", "name": name,
        "full_name": f"google/{name}", "owner": owner, "private": False,
        "html_url": f"https://github.com/google/{name}", "fork": False,
        "description": None, "url": url,
        **{f"{each}_url": f"{url}/{each}" for each in _LINKS},
        "license": licence and {
            "key": licence, "name": licence, "spdx_id": licence.upper(),
            "url": f"{API}/licenses/{licence}", "node_id": "MDc6TGljZW5zZTI="},
    }


def answer(said: Any = b"", status: int = 200, **headers: str
           ) -> requests.Response:
    """Return an answer as it comes from the wire, in JSON unless in bytes.

    An underscore in a header's name is a hyphen.
    """
    response = requests.Response()
    response.status_code = status
    response.reason = HTTPStatus(status).phrase
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    response.raw = BytesIO(body)
    response.headers.update(
        {name.replace("_", "-"): value for name, value in headers.items()})
    return response


def page(*names: str, goes_on_at: Optional[str] = None) -> requests.Response:
    """Return a page of a list of repositories."""
    headers = {} if goes_on_at is None else {
        "Link": f'<{goes_on_at}>; rel="next"'}
    return answer([repository(name) for name in names], **headers)


class Canned(BaseAdapter):
    """Gives one answer after the other, and notes the requests."""

    def __init__(self, *answers: Union[requests.Response, Exception]) -> None:
        """Take the answers; an exception is raised in place of one."""
        super().__init__()
        self._answers = list(answers)
        self.asked: List[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any
             ) -> requests.Response:
        """Return the next answer."""
        self.asked.append(request)
        assert self._answers, f"{request.url} was not to be asked for"
        said = self._answers.pop(0)
        if isinstance(said, Exception):
            raise said
        said.request, said.url = request, request.url or ""
        return said

    def close(self) -> None:
        """Do nothing, for nothing is open."""


def canned(session: requests.Session,
           *answers: Union[requests.Response, Exception]) -> Canned:
    """Let a session have these answers, whomever it asks."""
    double = Canned(*answers)
    session.mount("https://", double)
    session.mount("http://", double)
    return double


def client_with(*answers: Union[requests.Response, Exception],
                **options: Any) -> Tuple[GithubOrgClient, Canned]:
    """Return a client that has a token, and what gives it these answers."""
    client = GithubOrgClient("google", TOKEN, **options)
    return client, canned(client.session, *answers)


def error_of(action: Callable[[], Any]) -> Exception:
    """Return the error in which an action ends."""
    try:
        said = action()
    except Exception as error:
        return error
    raise AssertionError(f"it ended in no error, but in {said!r}")


class Line:
    """What `http.client` needs of a socket, with an answer that lies ready."""

    def __init__(self, answer: bytes) -> None:
        """Take the bytes of the answer."""
        self._answer = answer
        self.sent = b""
        self.timeout: Optional[float] = None

    def sendall(self, part: bytes) -> None:
        """Note what is sent."""
        self.sent += part

    def makefile(self, *_: Any) -> BytesIO:
        """Return the answer to be read."""
        return BytesIO(self._answer)

    def settimeout(self, seconds: Optional[float]) -> None:
        """Note the time-out."""
        self.timeout = seconds

    def close(self) -> None:
        """Do nothing, for nothing is open."""


def on_wire(answers: List[bytes], action: Callable[[GithubOrgClient], Any],
            **options: Any) -> List[Any]:
    """Return what a client's action gives, and how it came to that.

    That is the first line of each request, whether the token was in it, how
    long was waited between them, and the time-outs. Each connection finds one
    of the answers, and the next one nobody. The witnesses in `faults.toml` ask
    like this; a test asks a real server.
    """
    lines: List[Line] = []
    waits: List[float] = []

    def connect(*_: Any, **__: Any) -> Line:
        """Return a line on which the next answer lies ready."""
        if len(lines) == len(answers):
            raise ConnectionRefusedError("nobody is there")
        lines.append(Line(answers[len(lines)]))
        return lines[-1]

    with mock.patch("urllib3.util.connection.create_connection", connect), \
            mock.patch("time.sleep", waits.append):
        try:
            result = action(GithubOrgClient(
                "google", TOKEN, url="http://api.test", **options))
        except Exception as error:
            result = error
    sent = [line.sent.decode() for line in lines]
    return [result, [text.partition("\r\n")[0] for text in sent],
            [TOKEN in text for text in sent], waits,
            [line.timeout for line in lines]]


def raw(status: int, said: Any = b"", **headers: str) -> bytes:
    """Return an answer in the bytes that go over a wire."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    lines = [f"HTTP/1.1 {status} As Said", f"Content-Length: {len(body)}", *(
        f"{name.replace('_', '-')}: {value}"
        for name, value in headers.items()), "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body
