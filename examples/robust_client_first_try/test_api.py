#!/usr/bin/env python3
"""Tests of the client, with the session's one method replaced."""
import unittest
from unittest.mock import patch

from api import GithubOrgClient
from far_end import ORGANISATION, REPOS, answer, page
from transport import NotFound


class TestClient(unittest.TestCase):
    """Each answer is there at once: nothing is retried, nothing is slow."""

    def setUp(self):
        """Replace what asks."""
        patcher = patch("requests.Session.request")
        self.request = patcher.start()
        self.addCleanup(patcher.stop)
        self.client = GithubOrgClient("google", "a-token")

    def says(self, *answers):
        """Let GitHub give these answers."""
        for each in answers:
            each.url = REPOS
        self.request.side_effect = answers

    def test_org(self):
        """The record is returned."""
        self.says(answer(ORGANISATION))
        self.assertEqual(self.client.org(), ORGANISATION)

    def test_repos_of_two_pages(self):
        """In their order."""
        self.says(page("b", goes_on_at="?page=2"), page("a"))
        self.assertEqual(self.client.public_repos(), ["b", "a"])

    def test_no_licence(self):
        """Is no error."""
        self.says(page("a"))
        self.assertEqual(self.client.public_repos("mit"), [])

    def test_not_found(self):
        """Is an error."""
        self.says(answer({"message": "Not Found"}, 404))
        with self.assertRaises(NotFound):
            self.client.repos()
