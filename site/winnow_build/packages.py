"""What the page's Python imports: this package and its libraries, in a zip.

The libraries are those of the Python that builds the site: all are pure, or
have a pure part that they fall back on (markupsafe, charset_normalizer).
"""
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from io import BytesIO
from pathlib import Path

import zstandard

from winnow.cli.begin import modules
from winnow.subjects.faults_toml import bundled, load

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent.parent
LIBRARIES = (
    "pytest", "pluggy", "iniconfig", "packaging", "pygments", "requests",
    "urllib3", "idna", "certifi", "charset-normalizer", "parameterized",
    "pycodestyle", "jinja2", "markupsafe")
# Of Pygments, pytest imports what prints code on a terminal: 21 modules of
# 300. A test checks in the page that no other one is asked for.
PYGMENTS = (
    "__init__.py", "console.py", "filter.py", "filters/__init__.py",
    "formatter.py", "formatters/__init__.py", "formatters/_mapping.py",
    "formatters/terminal.py", "lexer.py", "lexers/__init__.py",
    "lexers/_mapping.py", "lexers/diff.py", "lexers/python.py",
    "modeline.py", "plugin.py", "regexopt.py", "style.py",
    "styles/__init__.py", "styles/_mapping.py", "styles/default.py",
    "token.py", "unistring.py", "util.py")
# What no import ever asks for in a page.
LEFT_OUT = ("/tests/", "/test/", "/cli/__main__", "/bin/")
DATA = (".pem", ".txt", ".toml", ".html", ".css", ".json", ".md", ".typed")
# requests looks whether the certificates are there; a page has no sockets to
# read them for.
EMPTY = ("certifi/cacert.pem",)
# One time for all files, so that the same files make the same zip.
TIME = (2026, 1, 1, 0, 0, 0)
# Of zstd: more takes ten times as long, and leaves a tenth less.
LEVEL = 12
BUNDLED = {"github": ROOT, "registration": ROOT / "registration",
           "robust_client": ROOT / "robust_client"}


def pack(archive: Path) -> None:
    """Write the zip, for Python's folder of packages; compressed."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    paths = {**dict(own_files()), **dict(library_files())}
    archive.write_bytes(squeezed(stored({
        name: b"" if name in EMPTY else path.read_bytes()
        for name, path in paths.items()})))


def pack_again(whole: Path, archive: Path) -> None:
    """Write a zip as `pack` does: files of one kind compress well together."""
    with zipfile.ZipFile(whole) as its:
        archive.write_bytes(squeezed(stored({
            name: its.read(name) for name in its.namelist()
            if not name.endswith("/")})))


def stored(files: dict[str, bytes]) -> bytes:
    """Return files as a zip that does not compress them."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in sorted(files, key=lambda name: (Path(name).suffix, name)):
            archive.writestr(zipfile.ZipInfo(name, TIME), files[name])
    return whole.getvalue()


def squeezed(data: bytes) -> bytes:
    """Return data compressed; src/archive.ts has it back."""
    return zstandard.compress(data, LEVEL)


def own_files() -> Iterator[tuple[str, Path]]:
    """Yield this package as a wheel has it: the exercises are inside."""
    for path in (ROOT / "winnow").rglob("*"):
        if path.suffix == ".py" or path.suffix in DATA and path.is_file():
            yield path.relative_to(ROOT).as_posix(), path
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    data = about["tool"]["setuptools"]["package-data"]
    for name, folder in BUNDLED.items():
        for pattern in ("*.py", *data[f"winnow.bundled.{name}"]):
            for path in folder.glob(pattern):
                inside = path.relative_to(folder).as_posix()
                yield f"winnow/bundled/{name}/{inside}", path


def library_files() -> Iterator[tuple[str, Path]]:
    """Yield the files of the libraries, and what tells of their versions."""
    for name in LIBRARIES:
        found = distribution(name)
        for inside, path in files_of(found):
            if inside.startswith("pygments/") and (
                    inside.removeprefix("pygments/") not in PYGMENTS):
                continue
            yield inside, path


def files_of(found: Distribution) -> Iterator[tuple[str, Path]]:
    """Yield what a distribution installs, its programs and compiled parts
    aside.
    """
    for each in found.files or ():
        inside = each.as_posix()
        if inside.startswith("..") or any(
                part in f"/{inside}" for part in LEFT_OUT):
            continue
        kept_of_info = ("METADATA", "entry_points.txt", "top_level.txt")
        if ".dist-info/" in inside:
            wanted = each.name in kept_of_info or "licen" in inside.lower()
        else:
            wanted = each.suffix == ".py" or each.suffix in DATA
        if wanted:
            yield inside, Path(str(found.locate_file(each)))


def write_exercises(folder: Path) -> None:
    """Write the modules of each exercise, for the page to show."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for each in bundled().values():
        exercise = load(each)
        texts = {name: text.decode()
                 for name, text in modules(exercise).items()}
        (folder / f"{exercise.name}.json").write_text(
            json.dumps(texts), encoding="utf-8")
