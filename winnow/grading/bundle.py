"""A zip that an instructor uploads: Winnow, the exercise and the policy in it.

For Gradescope it is an `autograder.zip`, for Classroom 50 what goes beside an
`autograder.py`. The same Winnow, exercise and policy give the same bytes.
"""
from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import winnow
from winnow.model.errors import CannotDo
from winnow.model.exercise import Exercise
from winnow.subjects.faults_toml import TABLE

from .policy_file import read_policy
from .whole_files import write_whole

_HERE = Path(__file__).with_name("bundles")
_PROGRAMS = {"gradescope": {"setup.sh": "setup.sh",
                            "run_autograder": "run_autograder"},
             "classroom50": {"autograder.py": "autograder.template"}}
BUNDLES = tuple(_PROGRAMS)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_EXTRA = re.compile(r"winnow-tests\[([\w-]+)\]")


def write_bundle(form: str, out: Path, *, exercise: Exercise,
                 policy: Path | None = None) -> None:
    """Write the zip for a platform, whole or not at all.

    Raises `CannotDo` where the policy is wrong, or a file cannot be read or
    written.
    """
    if form not in BUNDLES:
        raise CannotDo(f"There is no bundle for {form}: there are "
                       f"{' and '.join(BUNDLES)}.")
    read_policy(policy).against(exercise)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in _files(form, exercise, policy):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Or no system would read the mode.
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, data)
    write_whole(out, buffer.getvalue())


def _files(form: str, exercise: Exercise, policy: Path | None
           ) -> Iterator[tuple[str, bytes, int]]:
    """Yield what is in a bundle: paths, contents and modes."""
    try:
        for name, template in _PROGRAMS[form].items():
            yield name, (_HERE / template).read_bytes(), 0o755
        yield "requirements.txt", _requirements(exercise).encode(), 0o644
        if policy:
            yield "grading.toml", policy.read_bytes(), 0o600
        yield f"exercise/{TABLE}", (
            exercise.folder / TABLE).read_bytes(), 0o644
        for module in exercise.files(exercise.sources):
            yield f"exercise/{module}", (
                exercise.folder / module).read_bytes(), 0o644
        package = Path(winnow.__file__).parent
        for path in sorted(package.rglob("*")):
            inside = path.relative_to(package)
            if path.is_file() and not {"__pycache__", "bundled"} & {
                    *inside.parts}:
                yield (f"winnow/{inside.as_posix()}", path.read_bytes(),
                       0o644)
    except OSError as error:
        raise CannotDo(f"{error.filename} cannot be read: "
                       f"{error.strerror}.") from error


def _requirements(exercise: Exercise) -> str:
    """Return what Winnow and an exercise need, a line each."""
    try:
        every = requires("winnow-tests") or []
    except PackageNotFoundError as error:
        raise CannotDo("Winnow is not installed here, so that nothing says "
                       "what it needs: install it with pip.") from error
    extra = _EXTRA.search(exercise.install)
    wanted = {""} | ({_normal(extra[1])} if extra else set())
    lines = []
    for each in every:
        name, _, marker = each.partition(";")
        of = re.search(r"extra == ['\"]([\w-]+)['\"]", marker)
        if _normal(of[1] if of else "") in wanted:
            marker = re.sub(r"\s*(and )?extra == ['\"][\w-]+['\"]", "",
                            marker).strip()
            lines.append(f"{name.strip()}; {marker}" if marker
                         else name.strip())
    return "".join(f"{line}\n" for line in lines)


def _normal(name: str) -> str:
    """Return an extra as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
