"""The service worker, which keeps the site for when there is no network."""
import hashlib
import json
from pathlib import Path

# Kept once somebody asks for it: Python, diagrams, pictures, files of the
# repository, and the book.
LATER = ("_static/pyodide-", "_static/packages", "_static/python.js",
         "_static/mermaid", "_images/", "files/", "sw.js", ".buildinfo",
         "objects.inv", "winnow.epub")


def write(script: Path, dist: Path) -> None:
    """Write it: our script, and which files there are in this build."""
    digest = hashlib.sha256(script.read_bytes())
    at_once = ["./"]
    for path in sorted(dist.rglob("*")):
        inside = path.relative_to(dist).as_posix()
        if not path.is_file() or inside == "sw.js":
            continue
        digest.update(inside.encode() + path.read_bytes())
        if not inside.startswith(LATER) and path.suffix != ".map":
            at_once.append(inside)
    (dist / "sw.js").write_text(
        f"const BUILD={json.dumps(digest.hexdigest()[:12])};\n"
        f"const AT_ONCE={json.dumps(at_once)};\n"
        + script.read_text("utf-8"), encoding="utf-8")
