"""The entry of the `winnow` command and of `python -m winnow`."""
from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Run the command line; Ctrl-C and a closed pipe end it quietly."""
    gc.disable()  # A check lasts a second: to look for garbage costs more.
    for standard in range(3):
        try:
            os.fstat(standard)
        except OSError:  # Closed: the next file opened would be taken for it.
            os.open(os.devnull, os.O_RDWR)
    try:
        from .cli import run
        return _left(run())
    except KeyboardInterrupt:
        print("\nwinnow: stopped; nothing is left running.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _left(status: int) -> int:
    """Return the status; end here, if a test has left a thread behind.

    Python would wait for it, however long it takes.
    """
    threading = sys.modules.get("threading")
    if threading and any(not thread.daemon and thread is not threading.
                         main_thread() for thread in threading.enumerate()):
        sys.stdout.flush()
        os._exit(status)
    return status


if __name__ == "__main__":
    sys.exit(main())
