from unittest import TestCase
from unittest.mock import patch

from client import GithubOrgClient
from fixtures import org_payloads


class TestClient(TestCase):
    def test_org(self):
        self.assertTrue(org_payloads)
