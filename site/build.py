"""Builds the site into `site/dist`: `make site`.

What npm brings, this package, and the libraries that it needs, are put
together in `site/built`; then Sphinx makes the pages.
"""
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from winnow_build import offline, packages, scripts  # noqa: E402

BUILT = HERE / "built"
DIST = HERE / "dist"


def sphinx(builder: str, into: Path, *options: str
           ) -> subprocess.Popen[bytes]:
    """Start to make the pages, in one of the forms that Sphinx has."""
    return subprocess.Popen(
        [sys.executable, "-m", "sphinx", "--builder", builder, "--fresh-env",
         "--fail-on-warning", "--keep-going", "--quiet", "--conf-dir",
         str(HERE), "--doctree-dir", str(BUILT / f"doctrees-{builder}"),
         *options, str(HERE.parent), str(into)])


def main() -> None:
    """Build everything anew; npm's packages only if the list has changed."""
    static = BUILT / "static"
    scripts.install(HERE)
    for folder in (BUILT, DIST):
        shutil.rmtree(folder, ignore_errors=True)
    # The book needs pages alone, so it is made beside all else.
    book = sphinx("book", BUILT / "book", "--tag", "book")
    pyodide = scripts.copy_pyodide(HERE, static)
    scripts.copy_mermaid(HERE, static)
    packages.pack(static / "packages.zip.zstd")
    packages.write_exercises(static / "exercises")
    scripts.bundle(HERE, static, pyodide)
    if sphinx("html", DIST).wait() + book.wait():
        sys.exit(1)
    shutil.copy2(BUILT / "book" / "Winnow.epub", DIST / "winnow.epub")
    offline.write(BUILT / "offline.js", DIST)
    print(f"The site is in {DIST.relative_to(Path.cwd())}."
          if DIST.is_relative_to(Path.cwd()) else f"The site is in {DIST}.")


if __name__ == "__main__":
    main()
