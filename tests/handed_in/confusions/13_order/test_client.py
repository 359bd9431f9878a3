from unittest import TestCase
from unittest.mock import patch

from client import GithubOrgClient

ORG = {"repos_url": "https://api.github.com/orgs/google/repos"}


class TestInOrder(TestCase):
    def test_made_in_another_test(self):
        TestInOrder.client = GithubOrgClient("google")

    def test_in_that_order(self):
        self.assertEqual(self.client.ORG_URL[:5], "https")
