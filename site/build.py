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


def main() -> None:
    """Build everything anew; npm's packages only if the list has changed."""
    static = BUILT / "static"
    scripts.install(HERE)
    for folder in (BUILT, DIST):
        shutil.rmtree(folder, ignore_errors=True)
    pyodide = scripts.copy_pyodide(HERE, static)
    scripts.copy_mermaid(HERE, static)
    packages.pack(static / "packages.zip")
    packages.write_exercises(static / "exercises")
    scripts.bundle(HERE, static, pyodide)
    subprocess.run(
        [sys.executable, "-m", "sphinx", "--fresh-env", "--fail-on-warning",
         "--keep-going", "--quiet", "--conf-dir", str(HERE),
         "--doctree-dir", str(BUILT / "doctrees"), str(HERE.parent),
         str(DIST)], check=True)
    offline.write(BUILT / "offline.js", DIST)
    print(f"The site is in {DIST.relative_to(Path.cwd())}."
          if DIST.is_relative_to(Path.cwd()) else f"The site is in {DIST}.")


if __name__ == "__main__":
    main()
