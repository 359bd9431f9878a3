"""The entry of the `winnow` command and of `python -m winnow`."""
from __future__ import annotations

import gc
import os
import sys

from winnow.system.streams import complain, forget


def main() -> int:
    """Run the command line; Ctrl-C ends it quietly."""
    gc.disable()  # A check lasts a second: to look for garbage costs more.
    for standard in range(3):
        try:
            os.fstat(standard)
        except OSError:  # Closed: the next file opened would be taken for it.
            os.open(os.devnull, os.O_RDWR)
    try:
        return _left(_ran())
    except KeyboardInterrupt:
        forget(sys.stdout)  # A report that was not written to its end.
        complain("\nwinnow: stopped; nothing is left running.\n")
        return 130


def _ran() -> int:
    """Run the command line, and hand over all that it has written."""
    from winnow.cli.main import run
    from winnow.cli.output import finished
    try:
        return finished(run())
    except SystemExit as ended:  # argparse has written help, or a mistake.
        if not isinstance(ended.code, int):
            raise
        return finished(ended.code)


def _left(status: int) -> int:
    """Return the status; end here, if a test has left a thread behind.

    Python would wait for it, however long it takes.
    """
    threading = sys.modules.get("threading")
    if threading and any(not thread.daemon and thread is not threading.
                         main_thread() for thread in threading.enumerate()):
        os._exit(status)
    return status


if __name__ == "__main__":
    sys.exit(main())
