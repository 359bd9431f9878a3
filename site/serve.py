"""Shows the built site to this machine alone: `make serve`."""
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DIST = Path(__file__).resolve().parent / "dist"


def main(port: int) -> None:
    """Serve until Ctrl-C."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(DIST))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        sys.exit(f"Port {port} cannot be had ({error}). Try another one: "
                 "make serve PORT=8001")
    print(f"The site is at http://127.0.0.1:{port}/ until you press Ctrl-C.",
          flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
