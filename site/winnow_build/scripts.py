"""What npm brings: Pyodide as it is, and our scripts bundled by esbuild."""
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import packages

# The page's Python: its parts in the npm package, without what it could fetch.
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs")
PAGES = ("src/site.ts", "src/site.css")
OPTIONS = ("--bundle", "--minify", "--format=esm", "--target=es2022",
           "--log-level=warning", "--legal-comments=linked")


def install(here: Path) -> None:
    """Install what package-lock.json names, unless that has been done."""
    locked = here / "package-lock.json"
    done = here / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= locked.stat().st_mtime:
        return
    if not shutil.which("npm"):
        sys.exit("The site needs Node from 18 on, with npm: install it, and "
                 "type make site again.")
    run(here, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
        "--loglevel=error")
    os.utime(done)


def copy_pyodide(here: Path, static: Path) -> Path:
    """Copy Pyodide into a folder called after its version, and return that.

    The list of its packages names none: those that the page needs are in one
    file of ours. No host compresses a zip again, and few WebAssembly: so both
    are compressed here, and the page unpacks them.
    """
    whole = here / "node_modules" / "pyodide"
    about = json.loads((whole / "package.json").read_text("utf-8"))
    into = static / f"pyodide-{about['version']}"
    into.mkdir(parents=True, exist_ok=True)
    for name in PYODIDE:
        shutil.copy2(whole / name, into / name)
    (into / "pyodide.asm.wasm.zstd").write_bytes(packages.squeezed(
        (whole / "pyodide.asm.wasm").read_bytes()))
    packages.pack_again(whole / "python_stdlib.zip",
                        into / "python_stdlib.zip.zstd")
    listed = json.loads((whole / "pyodide-lock.json").read_text("utf-8"))
    (into / "pyodide-lock.json").write_text(
        json.dumps({**listed, "packages": {}}), encoding="utf-8")
    return into


def bundle(here: Path, static: Path, pyodide: Path) -> None:
    """Bundle the scripts: of the pages, beside Python, and of the service.

    What is loaded later is named with its content's hash, so that a new build
    never meets what a browser has kept of an old one.
    """
    fetched = [*pyodide.glob("*.zstd"), static / "packages.zip.zstd"]
    shutil.rmtree(static / "chunks", ignore_errors=True)
    esbuild(here, "src/worker.ts", f"--outfile={static / 'python.js'}",
            *defined(PYODIDE=f"{pyodide.name}/",
                     PACKAGES=versioned(static / "packages.zip.zstd"),
                     BYTES=sum(path.stat().st_size for path in fetched)))
    esbuild(here, *PAGES, "--splitting", "--outbase=src",
            "--chunk-names=chunks/[name]-[hash]", f"--outdir={static}",
            *defined(PROGRAM=versioned(static / "python.js"),
                     MERMAID=versioned(static / "mermaid.js"),
                     EXERCISES={path.stem: versioned(path) for path in
                                (static / "exercises").iterdir()}))
    esbuild(here, "src/offline.ts", f"--outfile={static.parent}/offline.js")


def copy_mermaid(here: Path, static: Path) -> None:
    """Copy what draws diagrams, which is one file with all in it."""
    shutil.copy2(here / "node_modules" / "@mermaid-js" / "tiny" / "dist"
                 / "mermaid.tiny.js", static / "mermaid.js")


def defined(**values: object) -> list[str]:
    """Return options that make names constants of the scripts."""
    return [f"--define:{name}={json.dumps(value)}"
            for name, value in values.items()]


def versioned(path: Path) -> str:
    """Return a file's address beside the scripts, with its content's hash."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    folder = "exercises/" if path.suffix == ".json" else ""
    return f"{folder}{path.name}?v={digest}"


def esbuild(here: Path, *arguments: object) -> None:
    """Bundle scripts; end with esbuild's status if it fails."""
    run(here, here / "node_modules" / ".bin" / "esbuild", *arguments,
        *OPTIONS)


def run(here: Path, *command: object) -> None:
    """Run a command in a folder; end with its status if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=here)
    if done.returncode:
        sys.exit(done.returncode)
