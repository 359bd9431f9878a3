"""What the registration's README shows is what happens.

- its lines for the shell, embedded and on servers; only ports, schema and
  queue are others, so that nothing of the reader's is touched
- the suites of its further parts, as it runs them
- a new version of the schema
- its links and its table of variables
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from backends import BROKERS, DATABASES, empty_database, empty_queue
from serving import until

FOLDER = Path(__file__).parents[2] / "registration"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
SECONDS = 30  # For a process to start, on a machine that is busy.

pytestmark = pytest.mark.skipif(
    not shutil.which("curl"), reason="curl is not installed")


def shell_blocks(heading: str) -> list[str]:
    """Return the blocks for the shell under a heading."""
    _, _, section = README.partition(f"\n## {heading}\n")
    return re.findall(r"```sh\n(.*?)```", section.partition("\n## ")[0],
                      re.DOTALL)


def lines_and_answers(block: str) -> list[tuple[str, list[str]]]:
    """Return each line of a block, with what it is said to print."""
    whole = block.replace("\\\n", "")
    found = re.findall(r"^(?!#)(.+)\n((?:# … .*\n)*)", whole, re.MULTILINE)
    return [(line, re.findall("# … (.*)", said)) for line, said in found]


def free_port() -> str:
    """Return a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        return str(place.getsockname()[1])


class Shell:
    """A folder of its own in which lines for the shell are run."""

    def __init__(self, folder: Path, instead: Mapping[str, str],
                 **environ: str) -> None:
        """Take the folder, and what stands for what in each line."""
        shutil.copytree(FOLDER, folder / "registration")
        self.folder = folder
        self._instead = instead
        self._environ = {
            **os.environ, "NO_PROXY": "*", "PATH": os.pathsep.join(
                [str(Path(sys.executable).parent), os.environ["PATH"]]),
            **environ}

    def _words(self, line: str) -> list[str]:
        """Return the command that runs a line."""
        for shown, used in self._instead.items():
            line = line.replace(shown, used)
        return ["sh", "-c", line]

    def succeeds(self, line: str) -> str:
        """Return what a line prints, once it can be done."""
        def tried() -> str:
            """Return what it prints, or nothing where it fails."""
            done = subprocess.run(
                self._words(line), cwd=self.folder, env=self._environ,
                text=True, capture_output=True, check=False)
            return done.stdout if done.returncode == 0 else ""

        return until(tried, SECONDS)

    @contextmanager
    def runs(self, block: str) -> Iterator[Path]:
        """Run a block meanwhile; yield the file of what it writes."""
        written = self.folder / f"{free_port()}.log"
        line = block.replace("python ", "exec python ")
        with written.open("w") as log, subprocess.Popen(
                self._words(line), cwd=self.folder, env=self._environ,
                stdout=log, stderr=log) as process:
            try:
                yield written
            finally:
                process.send_signal(signal.SIGINT)


def assert_as_shown(shell: Shell, asks: str, log: Path) -> None:
    """Assert that lines print what stands below them, and log no secret."""
    printed = ""
    for line, said in lines_and_answers(asks):
        printed = shell.succeeds(line)
        assert said
        assert [text for text in said if text not in printed] == []
    written = log.read_text()
    assert "verified user" in written
    assert "Traceback" not in written
    assert "/verify/" not in written


def test_the_lines_work_as_shown(tmp_path: Path) -> None:
    """With nothing but this package."""
    serve, asks = shell_blocks("Run it")
    port = free_port()
    shell = Shell(tmp_path, {
        "8000": port, "python registration":
        f"python registration --port {port}"})

    with shell.runs(serve) as log:
        assert_as_shown(shell, asks, log)


@pytest.mark.slow
def test_the_lines_work_on_servers_as_shown(tmp_path: Path) -> None:
    """With PostgreSQL, RabbitMQ and a mail server."""
    database, broker = DATABASES[-1], BROKERS[-1]
    if not database.url:
        pytest.skip("BACKENDS=embedded leaves servers out")
    mail, serve, asks = shell_blocks("Run it on servers")
    port = free_port()

    with ExitStack() as stack:
        url = stack.enter_context(empty_database(database, tmp_path))
        broker_url, queue = stack.enter_context(empty_queue(broker))
        shell = Shell(tmp_path, {
            "postgresql://postgres@127.0.0.1:5432/postgres": f"'{url}'",
            "amqp://guest:guest@127.0.0.1:5672//": broker_url,
            "8025": free_port(), "8000": port, "python registration\n":
            f"python registration --port {port}\n"}, QUEUE_NAME=queue)
        stack.enter_context(shell.runs(mail))
        log = stack.enter_context(shell.runs(serve))
        assert_as_shown(shell, asks, log)
    kept = [path.name for path in (tmp_path / "registration-data").iterdir()]
    assert kept == ["secret"]  # All else went to the servers.


def test_a_schema_is_changed_as_shown(tmp_path: Path) -> None:
    """What Alembic writes is a migration that runs, and goes back."""
    block, = shell_blocks("Change the schema")
    shell = Shell(tmp_path, {},
                  DATABASE_URL=f"sqlite:///{tmp_path / 'accounts.db'}")
    for line, said in lines_and_answers(block):
        printed = shell.succeeds(line)
        assert said
        assert [text for text in said if text not in printed] == []

    written, = (shell.folder / "registration" / "migrations" / "versions"
                ).glob("0004_next.py")
    assert "Go on to this version" in written.read_text()
    assert shell.succeeds("alembic -c registration/alembic.ini upgrade head &&"
                          " alembic -c registration/alembic.ini current"
                          ) == "0004 (head)\n"


def test_the_links_lead_somewhere() -> None:
    """Each file that is named is there, and each that is there is named."""
    links = re.findall(r"\]\(([^):]+)\)", README)

    assert sorted(links) == sorted(
        path.name for pattern in (
            "*.py", "*.json", "*.proto", "*.ini", "migrations", "page")
        for path in FOLDER.glob(pattern)
        if not path.name.startswith("test_"))


def test_every_variable_is_in_the_table() -> None:
    """What the settings read is told, and nothing else is."""
    source = (FOLDER / "composition.py").read_text(encoding="utf-8")

    read = re.findall(r'environ\.get\(\s*"(\w+)"', source)
    told = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)

    assert sorted(told) == sorted(read)


@pytest.mark.slow
@pytest.mark.parametrize("block", shell_blocks("More parts"))
def test_the_suites_of_further_parts_are_run_as_shown(
        tmp_path: Path, block: str) -> None:
    """Each by one command, in the folder in which this one is."""
    shell = Shell(tmp_path, {})
    [(line, said)] = lines_and_answers(block)

    printed = shell.succeeds(line)

    assert said
    assert [text for text in said if text not in printed] == []
