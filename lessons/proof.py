"""Everything that is held against a page: `python -m lessons.proof 03`.

Without an argument all pages are tried, else those whose names begin so.
"""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lessons.engine import links, names
from lessons.engine.pages import ROOT, Finding, lessons, read
from lessons.engine.player import Played


def read_off(path: Path) -> list[Finding]:
    """Return what is wrong with a page, as far as reading it tells."""
    page = read(path)
    return sorted([*page.findings, *links.broken_links(page),
                   *names.unknown_names(page)])


def played(paths: Sequence[Path], shown: Sequence[Path] = (),
           exercises: Sequence[Path] = ()) -> list[Played]:
    """Execute pages in processes that have done nothing else before.

    Of some only what is `shown` is executed, of others the `exercises` alone.
    Raises `RuntimeError` if one of them ends before its page does.
    """
    done = subprocess.run(
        [sys.executable, "-m", "lessons.engine.play", *map(str, paths),
         "--shown", *map(str, shown), "--exercises", *map(str, exercises)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"the pages could not be played:\n{done.stderr}")
    pages = {path.name: Played(path.name)
             for path in (*paths, *shown, *exercises)}
    for line in done.stdout.splitlines():
        part = Played(**json.loads(line))
        pages[part.page] += part
    return [*pages.values()]


def complaints(result: Played) -> list[str]:
    """Return what is wrong with a page that was played, place first."""
    return [str(Finding(result.page, line, text))
            for line, text in result.findings]


def main() -> int:
    """Try the pages that are asked for; tell what is wrong, and the counts."""
    paths = [path for path in lessons()
             if not sys.argv[1:] or path.name.startswith(tuple(sys.argv[1:]))]
    results = played(paths)
    wrong = [str(each) for path in paths for each in read_off(path)]
    wrong += [each for result in results for each in complaints(result)]
    pages = [read(path) for path in paths]
    outside = {link for page in pages for _, link in page.links
               if links.is_outside(link)}
    print(f"{len(paths)} pages: {sum(each.executed for each in results)} "
          f"blocks executed, {sum(each.compared for each in results)} outputs "
          f"compared, {sum(each.proved for each in results)} exercises "
          f"proved, {sum(len(page.names) for page in pages)} names held "
          f"against the code, {sum(len(page.links) for page in pages)} links")
    for result in results:
        for line, reason in result.left:
            print(f"left out: {result.page}:{line}: {reason}")
    if outside:
        print(f"not fetched: {len(outside)} links out of the project")
    for each in wrong:
        print(f"✗ {each}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
