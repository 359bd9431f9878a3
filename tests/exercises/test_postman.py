"""The Postman collection of the registration's API, run by Newman.

- an API that keeps what the collection asks for; one that takes any address
- the lesson shows a request of it as it is

Newman is fetched from npm once, into `.newman/`.
"""
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from api import create_app
from pydantic import BaseModel
from samples import service_on
from service import UserService
from serving import served

from lessons.engine.pages import read
from tests.project.test_wheel import run
from tests.support.npm import install, kept_folder

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COLLECTION = ROOT / "registration" / "postman.json"
PACKAGE = Path(__file__).parents[1] / "newman" / "package.json"
CACHE = ROOT / ".newman"


class AnyAddress(BaseModel):
    """What somebody registers with, who may write anything."""

    email: str
    password: str


@pytest.fixture(scope="module")
def newman() -> Iterator[Path]:
    """Fetch Newman, unless the same is there already; give its program."""
    with kept_folder(CACHE, "Newman"):
        stamp = CACHE / "made-of"
        asked = PACKAGE.read_text("utf-8")
        if not stamp.is_file() or stamp.read_text("utf-8") != asked:
            stamp.unlink(missing_ok=True)
            shutil.rmtree(CACHE / "node_modules", ignore_errors=True)
            install(PACKAGE, CACHE)
            stamp.write_text(asked, "utf-8")
        yield CACHE / "node_modules" / "newman" / "bin" / "newman.js"


def collection_run(newman: Path, service: Any
                   ) -> subprocess.CompletedProcess[str]:
    """Run the collection against the API of a service."""
    with served(create_app(service)) as url:
        return run("node", newman, "run", COLLECTION, "--env-var",
                   f"base_url={url}", "--color", "off", cwd=ROOT)


def test_the_api_answers_as_the_collection_asks(newman: Path) -> None:
    """Each of its requests is tried, and none of its tests fails."""
    done = collection_run(newman, service_on())

    assert done.returncode == 0, done.stdout
    items = json.loads(COLLECTION.read_text("utf-8"))["item"]
    assert done.stdout.count("  ✓  ") == len(items)


def test_an_api_that_takes_any_address_is_found(newman: Path) -> None:
    """The exit status says so to a script, the output to a reader."""
    careless = mock.Mock(UserService, **{"user.return_value": None})

    with mock.patch("api.Registration", AnyAddress):
        done = collection_run(newman, careless)

    assert done.returncode == 1
    assert "expected response to have status code 422 but got 202" in (
        done.stdout)


def test_the_lesson_shows_a_request_of_the_collection() -> None:
    """A copy that drifts would teach what nobody runs."""
    page = read(ROOT / "lessons" / "36_descriptions_of_an_api.md")
    shown, = (json.loads(block.code) for block in page.blocks
              if block.language == "json")

    assert shown in json.loads(COLLECTION.read_text("utf-8"))["item"]
