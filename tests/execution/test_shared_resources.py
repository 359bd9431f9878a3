"""What two runs at a time would share, as it is heard while a test runs."""
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.checking import environment

LISTENS = """
import os, socket, sqlite3, sys
from pathlib import Path
from winnow.execution.runtime.shared_resources import listen_for_sharing
free = socket.create_server(("127.0.0.1", 0))
port = free.getsockname()[1]
listen_for_sharing(Path(sys.argv[1]), lambda kind, name: print(
    kind, "PORT" if name == str(port) else name))
def connect(where, kind=socket.SOCK_STREAM):
    with socket.socket(type=kind) as one:
        try:
            one.connect(where)
        except OSError:
            pass
"""
# What is done, and what is told of it; BASE is the run's own folder.
DONE = {
    "connect(('127.0.0.1', port))": "port PORT",
    "free.close(); connect(('127.0.0.1', port))": "",
    "connect(('127.0.0.1', 1))": "",
    "connect(('127.0.0.1', 9), socket.SOCK_DGRAM)": "port 9",
    "free.close(); socket.create_server(('127.0.0.1', port))": "port PORT",
    "socket.create_server(('127.0.0.1', 0))": "",
    "open('BASE/inside', 'w').close()": "",
    "open('BASE/../outside', 'w').close()": "file OUTSIDE",
    "open('BASE/../outside2', 'a').close()": "file OUTSIDE2",
    "open('/dev/null', 'w').close()": "",
    "try: open('/nowhere/at/all', 'w')\nexcept OSError: pass": "",
    "try: sqlite3.connect('/nowhere/at/all.db')\nexcept Exception: pass": "",
    "sqlite3.connect(':memory:').close()": "",
    "sqlite3.connect('BASE/../outside').close()": "file OUTSIDE",
}


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(),
                    reason="who listens is known on Linux alone")
@pytest.mark.parametrize("code", DONE)
def test_what_others_could_meet_is_told(code: str, tmp_path: Path) -> None:
    """A port that is served, a file that can be written; nothing else."""
    base = tmp_path / "base"
    base.mkdir()
    said = DONE[code].replace("OUTSIDE", str(tmp_path / "outside"))

    done = subprocess.run(
        [sys.executable, "-c", LISTENS + code.replace("BASE", str(base)),
         str(base)], capture_output=True, text=True, env=environment())

    assert (done.stdout.strip(), done.stderr) == (said, "")
