"""A Sphinx extension: what this repository's pages need to be a site."""
from sphinx.application import Sphinx

from . import book, exercises, files, front, reading


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the parts; each says what it is for."""
    for part in (files, exercises, reading, front, book):
        part.setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
