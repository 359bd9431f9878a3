"""`python registration` with settings of no use: one sentence, and status 2.

- a port that is taken or none, a host that is none
- a database that is away, is none, or is none of ours
- URLs of brokers and mail servers that are none
- a folder that is none, and a secret that is empty
- a host of IPv6, in the links
- commands of their own: an earlier database, and what was set aside
"""
import os
import runpy
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import migrate
import pytest
from events import EventQueue

FOLDER = Path(__file__).parents[2] / "registration"
BAD = {
    "a host that is another": (["--host", "192.0.2.1"], {}, "192.0.2.1"),
    "a port that is none": (["--port", "70000"], {}, "port 70000"),
    "a database that is away": (
        [], {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        "The database is away."),
    "no database's URL": ([], {"DATABASE_URL": "none"}, "DATABASE_URL"),
    "a database of another make": (
        [], {"DATABASE_URL": "nosuch://host/name"}, "DATABASE_URL"),
    "a database's port that is none": (
        [], {"DATABASE_URL": "postgresql://host:port/name"}, "DATABASE_URL"),
    "a file that is no database": (
        [], {"DATABASE_URL": f"sqlite:///{__file__}"}, "not a database"),
    "no broker's URL": ([], {"BROKER_URL": "none"}, "BROKER_URL"),
    "a broker's port that is none": (
        [], {"BROKER_URL": "amqp://host:port"}, "BROKER_URL"),
    "a setting that Kafka has not": (
        [], {"BROKER_URL": "kafka://host?acks=maybe"}, "acks"),
    "an address for gRPC that is none": (
        [], {"GRPC_ADDRESS": "nowhere"}, "GRPC_ADDRESS"),
    "breaches by a way that others listen to": (
        [], {"BREACHES_URL": "http://api.example.org"}, "https://"),
    "a webhook's secret that is none": (
        [], {"WEBHOOK_SECRET": "hunter2"}, "whsec_"),
    "an origin with a path": (
        [], {"ALLOWED_ORIGINS": "https://a.test https://b.test/"},
        "https://b.test/ is no origin"),
    "any origin": ([], {"ALLOWED_ORIGINS": "*"}, "ALLOWED_ORIGINS"),
    "no mail server's URL": ([], {"SMTP_URL": "mail.example.org"}, "smtp://"),
    "a mail server's port that is none": (
        [], {"SMTP_URL": "smtp://host:port"}, "SMTP_URL"),
    "a password that all could read": (
        [], {"SMTP_URL": "smtp://me:mine@host"}, "smtps://"),
    "no sender": ([], {"MAIL_FROM": "us"}, "MAIL_FROM"),
    "a sender of two lines": (
        [], {"MAIL_FROM": "a@b.org\nBcc: c@d.org"}, "MAIL_FROM"),
    "no limit that is a number": ([], {"MOST_A_MINUTE": "few"}, "MOST_A_MIN"),
    "a secret of one character": ([], {"SECRET": "a"}, "SECRET"),
    "no place for links": ([], {"BASE_URL": "accounts.test"}, "BASE_URL"),
    "no queue's name": ([], {"QUEUE_NAME": ""}, "QUEUE_NAME"),
    "a database of Redis that is none": (
        [], {"BROKER_URL": "redis://127.0.0.1:6379/notanumber"},
        "BROKER_URL"),
    "a folder that is a file": (
        [], {"REGISTRATION_FOLDER": __file__}, "REGISTRATION_FOLDER"),
    "a folder within a file": (
        [], {"REGISTRATION_FOLDER": f"{__file__}/x"}, "REGISTRATION_FOLDER"),
}
OURS = ("DATABASE_URL", "BROKER_URL", "SMTP_URL", "SECRET", "BASE_URL",
        "QUEUE_NAME", "REGISTRATION_FOLDER", "MAIL_FROM", "MOST_A_MINUTE",
        "GRPC_ADDRESS", "BREACHES_URL", "WEBHOOK_SECRET", "ALLOWED_ORIGINS")


@pytest.fixture
def taken() -> Iterator[str]:
    """Give a port at which somebody listens already."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        yield str(place.getsockname()[1])


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
            capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Give the command, which says what is wrong and ends with status 2."""
    def served(*_: Any, **__: Any) -> None:
        """Fail where it ought to have ended."""
        raise AssertionError("It served.")

    def told(*arguments: str, **environ: str) -> str:
        """Run the command; return what it wrote as an error."""
        monkeypatch.setattr(sys, "argv", [
            "registration", "--port", "0", *arguments])
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        assert runpy.run_path(str(FOLDER), run_name="it")["main"]() == 2
        return capsys.readouterr().err

    monkeypatch.setattr("uvicorn.Server.run", served)
    monkeypatch.chdir(tmp_path)
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    return told


def assert_a_sentence(told: str, word: str) -> None:
    """Assert that what is told is one line, and is about something."""
    assert told.startswith("registration: ")
    assert word in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("arguments, environ, word", BAD.values(), ids=BAD)
def test_what_cannot_be_used_is_told_in_a_sentence(
        command: Callable[..., str], arguments: list[str],
        environ: dict[str, str], word: str) -> None:
    """Before anything is served, and with what is to be mended."""
    assert_a_sentence(command(*arguments, **environ), word)


@pytest.mark.parametrize("host, url", [
    ("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")])
def test_links_lead_to_where_it_is_served(host: str, url: str) -> None:
    """An address of IPv6 has colons of its own."""
    url_of = runpy.run_path(str(FOLDER), run_name="it")["_url"]

    assert url_of(host, 80) == url


def test_an_earlier_database_is_served_after_one_command(
        command: Callable[..., str], tmp_path: Path,
        capsys: pytest.CaptureFixture[str]) -> None:
    """A start says which, and the command what it has done."""
    url = f"sqlite:///{tmp_path / 'accounts.db'}"
    made = migrate.migrate(url)
    with migrate.begun(url) as connection:
        migrate.command.downgrade(migrate.alembic_on(connection), "0002")

    assert_a_sentence(command(DATABASE_URL=url), "registration migrate")
    assert runpy.run_path(str(FOLDER), run_name="it")["_migrate"]() == 0
    assert capsys.readouterr().out == (
        f"The database was of version 0002, and is of version {made[1]}.\n")
    with pytest.raises(AssertionError, match="It served"):
        command(DATABASE_URL=url)


def test_what_was_set_aside_is_shown(
        command: Callable[..., str], capsys: pytest.CaptureFixture[str]
        ) -> None:
    """Each message in a line, and it stays where it was."""
    command("--port", "70000", QUEUE_NAME="shown")
    queue = EventQueue("memory://", "shown")
    queue._put("shown.aside", "no event\n")
    show = runpy.run_path(str(FOLDER), run_name="it")["_show_aside"]

    assert [show(), show()] == [0, 0]
    assert capsys.readouterr().out == "'no event\\n'\n" * 2


def test_an_empty_secret_signs_nothing(
        command: Callable[..., str], tmp_path: Path) -> None:
    """A start that was broken off may have left one."""
    (tmp_path / "registration-data").mkdir()
    (tmp_path / "registration-data" / "secret").touch()

    assert_a_sentence(command(), "secret is empty")


def test_a_port_that_is_taken_is_told_by_the_command(
        tmp_path: Path, taken: str) -> None:
    """The same in a process of its own, as it is at the keyboard."""
    done = subprocess.run(
        [sys.executable, str(FOLDER), "--port", taken], cwd=tmp_path,
        env={name: value for name, value in os.environ.items()
             if name not in OURS},
        text=True, capture_output=True, check=False)

    assert done.returncode == 2
    assert_a_sentence(done.stderr, f"port {taken}")
