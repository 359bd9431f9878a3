"""Registration under load, killed, and made to wait: what is lost, and when.

    python benchmarks/registration.py load [--number 1000] [--set-up servers]
    python benchmarks/registration.py ends

`load` registers many addresses, 32 at a time, kills the application three
times (kill -9) and starts it again; a mail server says 451 to one of eleven
addresses, the first two times. `ends` makes a part fall silent, then asks
the application to end. All is on this machine; what is made is removed.
"""
from __future__ import annotations

import argparse
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Lock

FOLDER = Path(__file__).resolve().parent.parent / "registration"
sys.path.insert(0, str(FOLDER))

import requests  # noqa: E402
from aiosmtpd.controller import Controller  # noqa: E402
from backends import (  # noqa: E402
    BROKERS,
    DATABASES,
    empty_database,
    empty_queue,
    laid,
)

PASSWORD = "correct horse battery"
AT_ONCE, KILLS, ONE_OF, REFUSED = 32, 3, 11, 2
LIMIT = 3600  # Seconds until a run is given up.
PARTS = ("fastapi", "starlette", "uvicorn", "sqlalchemy", "psycopg", "kombu",
         "argon2-cffi")


class Mailboxes:
    """Takes mails, and refuses some for now, the first two times."""

    def __init__(self) -> None:
        """Begin with none."""
        self.got: dict[str, set[str]] = {}
        self.mails = 0
        self.refusals = 0
        self._tries: dict[str, int] = {}
        self.last = time.monotonic()

    async def handle_RCPT(self, server: object, session: object,
                          envelope: object, address: str,
                          options: object) -> str:
        """Refuse one of eleven addresses for now."""
        number = int(address.partition("@")[0].strip("a"))
        self._tries[address] = self._tries.get(address, 0) + 1
        if number % ONE_OF == 0 and self._tries[address] <= REFUSED:
            self.refusals += 1
            return "451 later"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 ok"

    async def handle_DATA(self, server: object, session: object,
                          envelope: object) -> str:
        """Note a mail and its id."""
        content: bytes = envelope.content  # type: ignore[attr-defined]
        [address] = envelope.rcpt_tos  # type: ignore[attr-defined]
        line = next(each for each in content.splitlines()
                    if each.lower().startswith(b"message-id:"))
        self.got.setdefault(address, set()).add(line.decode())
        self.mails += 1
        self.last = time.monotonic()
        return "250 ok"


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        return int(place.getsockname()[1])


@contextmanager
def mailboxes() -> Iterator[tuple[str, Mailboxes]]:
    """Serve mail; yield the URL and what has come."""
    kept, port = Mailboxes(), free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield f"smtp://127.0.0.1:{port}", kept
    finally:
        server.stop()


class Served:
    """The application, as a process that can be ended and begun again."""

    def __init__(self, environ: dict[str, str]) -> None:
        """Take its variables."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environ = {**os.environ, **environ, "MOST_A_MINUTE": "0"}
        self._one_by_one = Lock()
        self.process = self._begun()

    def _begun(self) -> subprocess.Popen[bytes]:
        """Begin, and wait until it answers."""
        process = subprocess.Popen(
            [sys.executable, str(FOLDER), "--port", str(self.port)],
            env=self._environ, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 300  # Of others' load there may be much.
        while time.monotonic() < end:
            try:
                requests.get(f"{self.url}/openapi.json", timeout=1)
                return process
            except requests.RequestException:
                time.sleep(0.1)
        process.kill()
        raise AssertionError("It does not answer.")

    def kill_and_begin(self) -> None:
        """End it as a power cut would, and begin again."""
        with self._one_by_one:
            self.process.kill()
            self.process.wait()
            self.process = self._begun()

    def ended_by(self, number: signal.Signals) -> float:
        """Return after how many seconds it ends by a signal."""
        began = time.monotonic()
        self.process.send_signal(number)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return float("inf")
        return time.monotonic() - began


@contextmanager
def running(environ: dict[str, str]) -> Iterator[Served]:
    """Run the application; leave no process behind."""
    served = Served(environ)
    try:
        yield served
    finally:
        served.process.kill()
        served.process.wait()


@contextmanager
def set_up(name: str, folder: Path) -> Iterator[dict[str, str]]:
    """Yield the variables of a set-up, whose parts are new."""
    place = -1 if name == "servers" else 0
    with ExitStack() as stack:
        url = stack.enter_context(empty_database(DATABASES[place], folder))
        broker, queue = stack.enter_context(empty_queue(BROKERS[place]))
        yield {"REGISTRATION_FOLDER": str(folder), "DATABASE_URL": url,
               "BROKER_URL": broker, "QUEUE_NAME": queue}


def posted(served: Served, number: int) -> requests.Response:
    """Return the answer to a registration."""
    return requests.post(f"{served.url}/users", timeout=60, json={
        "email": f"a{number}@example.org", "password": PASSWORD})


def registered(served: Served, number: int, kill_at: set[int]
               ) -> tuple[int, int]:
    """Register many addresses; return how many were accepted, and refused."""
    def one(each: int) -> bool:
        """Register one address, again and again until it is accepted."""
        if each in kill_at:
            served.kill_and_begin()
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            try:
                if posted(served, each).status_code == 202:
                    return True
            except requests.RequestException:
                pass
            time.sleep(0.3)
        return False

    with ThreadPoolExecutor(AT_ONCE) as pool:
        accepted = list(pool.map(one, range(number)))
    return sum(accepted), number - sum(accepted)


def load(name: str, number: int) -> None:
    """Print a row: accepted, mails, seconds until the last."""
    kills = {number * (place + 1) // (KILLS + 1) for place in range(KILLS)}
    with tempfile.TemporaryDirectory() as place, \
            set_up(name, Path(place)) as environ, \
            mailboxes() as (smtp, mails), \
            running({**environ, "SMTP_URL": smtp}) as served:
        began = time.monotonic()
        accepted, refused = registered(served, number, kills)
        taken = time.monotonic() - began
        while len(mails.got) < accepted and time.monotonic() < began + LIMIT:
            time.sleep(0.2)
        served.ended_by(signal.SIGTERM)
    several = sum(len(ids) > 1 for ids in mails.got.values())
    print(f"| {name} | {accepted} | {refused} | {taken:.0f} | "
          f"{len(mails.got)} | {mails.mails} | {several} | {mails.refusals} | "
          f"{mails.last - began:.0f} |", flush=True)


def half_sent(served: Served) -> object:
    """Send half a request; return the connection."""
    client = socket.create_connection(("127.0.0.1", served.port))
    client.sendall(b"POST /users HTTP/1.1\r\nHost: x\r\n"
                   b"Content-Length: 60\r\n\r\n{")
    return client


def asked(served: Served, times: int = 1) -> object:
    """Register without waiting for the answer; return what does."""
    pool = ThreadPoolExecutor(times)
    for each in range(times):
        pool.submit(posted, served, each)
    return pool


def ends() -> None:
    """Print how long each end takes, by Ctrl-C and by SIGTERM."""
    named = {"DATABASE_URL": "the database", "BROKER_URL": "the broker",
             "SMTP_URL": "the mail server"}
    silent: dict[str, Callable[[Served], object]] = {
        "DATABASE_URL": asked, "BROKER_URL": asked, "SMTP_URL": asked}
    busy: dict[str, Callable[[Served], object]] = {
        "half a request": half_sent,
        "60 passwords to hash": lambda it: asked(it, 60)}
    for what, does in {**silent, **busy}.items():
        seconds = [ended(what, does, number)
                   for number in (signal.SIGINT, signal.SIGTERM)]
        print(f"| {named.get(what, what)} | {seconds[0]:.1f} | "
              f"{seconds[1]:.1f} |", flush=True)


def ended(what: str, does: Callable[[Served], object],
          number: signal.Signals) -> float:
    """Return how long an end takes where something is silent or busy."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        environ = stack.enter_context(set_up("servers", Path(place)))
        smtp, _ = stack.enter_context(mailboxes())
        environ["SMTP_URL"] = smtp
        cable = None
        if what in environ:
            cable = stack.enter_context(laid(environ[what]))
            environ[what] = cable.url
        served = stack.enter_context(running(environ))
        if cable:
            stack.enter_context(cable.silent())
        kept = does(served)
        time.sleep(2)
        took = served.ended_by(number)
        del kept
    return took


def main() -> None:
    """Do what is asked for, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("load", "ends"))
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--set-up", choices=("embedded", "servers"))
    options = parser.parse_args()
    print(time.strftime("%d %B %Y"), "Python", platform.python_version(),
          ", ".join(f"{part} {version(part)}" for part in PARTS),
          f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    if options.what == "ends":
        print("| silent or busy | Ctrl-C, s | SIGTERM, s |\n|---|---|---|")
        ends()
        return
    print("| parts | accepted | not | s | people with mail | mails | "
          "with two ids | 451 | s until the last |\n" + "|---" * 9 + "|")
    for name in ("embedded", "servers"):
        if options.set_up in (None, name):
            load(name, options.number)


if __name__ == "__main__":
    main()
