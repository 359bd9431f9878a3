"""A server on this machine that answers as api.github.com does.

It knows one organisation, google, and serves its repositories in pages:

    with GithubServer() as github:
        requests.get(f"{github.url}/orgs/google/repos?per_page=5")

`log` holds every request in order, with its answer. `expect_oneshot_request`
says for a path what to answer in place of GitHub's usual answer: GitHub on a
bad day. Both are pytest-httpserver's own.
"""
import json
import re
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

Record = dict[str, Any]

DATA = Path(__file__).parents[1] / "data"
OPENAPI = json.loads((DATA / "github-openapi.json").read_text("utf-8"))
EXAMPLE = OPENAPI["components"]["examples"]["organization-full"]["value"]
RECORDING = json.loads((DATA / "github-google-repos.json").read_text("utf-8"))
RECORDS = RECORDING["repos_payload"]
NUMBER = RECORDS[0]["owner"]["id"]
PAGES = f"/organizations/{NUMBER}/repos"  # GitHub's links lead there.
LISTS = ("/orgs/google/repos", PAGES)


def as_json(payload: Any, status: int = 200, **headers: str) -> Response:
    """Return the answer that carries a payload as GitHub writes JSON."""
    return Response(json.dumps(payload), status, headers,
                    content_type="application/json; charset=utf-8")


def not_found() -> Response:
    """Return what GitHub says where there is nothing."""
    return as_json({
        "message": "Not Found",
        "documentation_url": "https://docs.github.com/rest",
        "status": "404",
    }, 404)


def rate_limited() -> Response:
    """Return what GitHub says to a stranger who has asked too often."""
    return as_json({
        "message": "API rate limit exceeded for 127.0.0.1.",
        "documentation_url": "https://docs.github.com/rest/rate-limit",
    }, 403, **{"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0",
               "X-RateLimit-Reset": "1575453600"})


def repositories(count: int) -> list[Record]:
    """Return as many records, each recorded one under new names."""
    return [
        _renamed(RECORDS[number % len(RECORDS)], number)
        for number in range(1, count + 1)
    ]


def _renamed(record: Record, number: int) -> Record:
    """Return a record as that of another repository, with all its URLs."""
    name = f"repository-{number:04}"
    old, new = record["full_name"], f"google/{name}"
    renamed = {
        field: value.replace(old, new) if isinstance(value, str) else value
        for field, value in record.items()
    }
    return {**renamed, "id": number, "node_id": f"R_{number}", "name": name}


class GithubServer(HTTPServer):
    """What api.github.com would be if it knew google alone."""

    def __init__(self) -> None:
        """Listen on a free port of this machine, once it is started."""
        super().__init__("127.0.0.1")
        self.repositories = RECORDS
        self.limit = 60  # GitHub's own for an hour of a stranger's requests.
        self.expect_request(re.compile("")).respond_with_handler(self._answer)

    def thread_target(self) -> None:
        """Answer, and look often whether to stop."""
        assert self.server
        self.server.serve_forever(0.01)

    @property
    def url(self) -> str:
        """Where it is, without a slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        """The paths and queries that it was asked for, in order."""
        return [request.full_path.rstrip("?") for request, _ in self.log]

    def _answer(self, request: Request) -> Response:
        """Return what GitHub says to a request."""
        if len(self.log) >= self.limit:
            return rate_limited()
        if request.path == "/orgs/google":
            return as_json(self._organisation())
        return self._page(request) if request.path in LISTS else not_found()

    def _organisation(self) -> Record:
        """Return GitHub's example of an organisation as google's record."""
        old = "https://api.github.com/orgs/github"
        moved_here = {
            field: value.replace(old, f"{self.url}/orgs/google")
            for field, value in EXAMPLE.items() if field.endswith("url")
        }
        return {
            **EXAMPLE,
            **moved_here,
            "login": "google",
            "id": NUMBER,
            "public_repos": len(self.repositories),
            "archived_at": None,  # The example lacks what the schema asks for.
        }

    def _page(self, request: Request) -> Response:
        """Return one page of the repositories, with links to the others."""
        query = request.args.to_dict()
        size = min(int(query.get("per_page", 30)), 100)
        page = int(query.get("page", 1))
        last = ceil(len(self.repositories) / size)
        pages = {"prev": page - 1} if page > 1 else {}
        if page < last:
            pages.update(next=page + 1, last=last)
        if page > 1:
            pages["first"] = 1
        links = [
            f'<{self.url}{PAGES}?{urlencode({**query, "page": number})}>; '
            f'rel="{rel}"'
            for rel, number in pages.items()
        ]
        records = self.repositories[(page - 1) * size:page * size]
        headers = {"Link": ", ".join(links)} if links else {}
        return as_json(records, **headers)
