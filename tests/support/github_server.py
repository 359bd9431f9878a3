"""A server on this machine that answers as api.github.com does.

It knows one organisation, google, and serves its repositories in pages:

    with GithubServer() as github:
        requests.get(f"{github.url}/orgs/google/repos?per_page=5")

`asked` holds every request in order. `answers` holds what to say to a target
(path and query) in place of GitHub's usual answer: GitHub on a bad day.
"""
import json
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil
from pathlib import Path
from threading import Event, Thread
from typing import Any, Mapping, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

Record = dict[str, Any]

DATA = Path(__file__).parents[1] / "data"
OPENAPI = json.loads((DATA / "github-openapi.json").read_text("utf-8"))
EXAMPLE = OPENAPI["components"]["examples"]["organization-full"]["value"]
RECORDING = json.loads((DATA / "github-google-repos.json").read_text("utf-8"))
RECORDS = RECORDING["repos_payload"]
NUMBER = RECORDS[0]["owner"]["id"]
PAGES = f"/organizations/{NUMBER}/repos"  # GitHub's links lead there.


class Asked(NamedTuple):
    """One request, as it came in."""

    target: str
    headers: Message

    @property
    def path(self) -> str:
        """Return what was asked for, without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """Return each parameter and its value, as often as it was sent."""
        return parse_qsl(urlsplit(self.target).query)


class Answer(NamedTuple):
    """What to say to a request, and after how many seconds."""

    status: int
    body: bytes
    headers: Mapping[str, str] = {}
    delay: float = 0


def as_json(
    payload: Any, status: int = 200, headers: Mapping[str, str] = {},
) -> Answer:
    """Return the answer that carries a payload as GitHub writes JSON."""
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, json.dumps(payload).encode(), {**kind, **headers})


def as_page(payload: Any, next_url: str) -> Answer:
    """Return the answer that names a URL as the one of its next page."""
    return as_json(payload, headers={"Link": f'<{next_url}>; rel="next"'})


def moved(url: str) -> Answer:
    """Return what GitHub says of an organisation that changed its name."""
    body = {"message": "Moved Permanently", "url": url}
    return as_json(body, 301, {"Location": url})


NOT_FOUND = as_json({
    "message": "Not Found",
    "documentation_url": "https://docs.github.com/rest",
    "status": "404",
}, 404)

RATE_LIMITED = as_json({
    "message": "API rate limit exceeded for 127.0.0.1.",
    "documentation_url": "https://docs.github.com/rest/rate-limit",
}, 403, {
    "X-RateLimit-Limit": "60",
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset": "1575453600",
})

HTML = {"Content-Type": "text/html; charset=utf-8"}
DOWN = Answer(500, b"<!DOCTYPE html><title>Unicorn!</title>", HTML)
LOGIN_PAGE = Answer(200, b"<!DOCTYPE html><title>Sign in</title>", HTML)
TRUNCATED = Answer(200, b'[{"name": "episodes.dart", "license')
BROKEN_OFF = Answer(200, b'[{"name": "ep', {"Content-Length": "5000"})
SLOW = Answer(200, b"[]", delay=60)


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


class GithubServer(ThreadingHTTPServer):
    """What api.github.com would be if it knew google alone."""

    daemon_threads = True

    def __init__(self) -> None:
        """Listen on a free port of this machine."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.netloc = f"127.0.0.1:{self.server_port}"
        self.url = f"http://{self.netloc}"
        self.repositories = RECORDS
        self.limit = 60  # GitHub's own for an hour of a stranger's requests.
        self.asked: list[Asked] = []
        self.answers: dict[str, Answer] = {}
        self.closing = Event()

    def __enter__(self) -> "GithubServer":
        """Start to answer."""
        Thread(target=self.serve_forever, args=(0.01,)).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop answering, and let go of those who still wait."""
        self.closing.set()
        self.shutdown()
        self.server_close()

    def answer(self, target: str) -> Answer:
        """Return what to say to a request for a path and query."""
        url = urlsplit(target)
        if len(self.asked) > self.limit:
            return RATE_LIMITED
        if target in self.answers:
            return self.answers[target]
        if url.path == "/orgs/google":
            return as_json(self._organisation())
        if url.path in ("/orgs/google/repos", PAGES):
            return self._page(dict(parse_qsl(url.query)))
        return NOT_FOUND

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

    def _page(self, query: dict[str, str]) -> Answer:
        """Return one page of the repositories, with links to the others."""
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
        return as_json(
            records, headers={"Link": ", ".join(links)} if links else {})


class _Handler(BaseHTTPRequestHandler):
    """Writes each request down and says what the server answers to it."""

    server: GithubServer

    def do_GET(self) -> None:
        """Answer one request."""
        self.server.asked.append(Asked(self.path, self.headers))
        answer = self.server.answer(self.path)
        if self.server.closing.wait(answer.delay):
            return
        self.send_response(answer.status)
        length = {"Content-Length": str(len(answer.body))}
        for name, value in {**length, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_CONNECT = do_GET  # What a proxy is asked when the URL is https.

    def log_message(self, *_: object) -> None:
        """Keep the terminal clean: the tests look at `asked`."""
