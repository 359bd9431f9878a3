#!/usr/bin/env python3
"""The parts put together, without serving them.

unittest: two applications in one folder are all that it takes.

- a link from before a restart is good after it
"""
from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from composition import Application, Settings
from fakes import PlainHasher
from service import UserService


class TestRestart(unittest.TestCase):
    """What was promised before a restart is kept after it."""

    def setUp(self) -> None:
        """Make the folder in which both applications keep their parts."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.settings = Settings(folder=Path(folder.name),
                                 hasher=mock.Mock(spec=PlainHasher))

    def tokens(self) -> mock.Mock:
        """Return the tokens that a new application gives to its service."""
        with mock.patch("composition.UserService",
                        spec=UserService) as service:
            application = Application(self.settings)
        self.addCleanup(application._engine.dispose)
        return service.call_args.args[3]

    def test_a_link_from_before_a_restart_is_good_after_it(self) -> None:
        """The secret that signs the links stays in the folder."""
        token = self.tokens().token_for("an id")

        user_id = self.tokens().user_id_in(token)

        self.assertEqual(user_id, "an id")


if __name__ == "__main__":
    unittest.main()
