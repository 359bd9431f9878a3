from unittest import TestCase
from unittest.mock import Mock, create_autospec, patch

from client import GithubOrgClient


class TestClient(TestCase):
    def test_passes_with_any_name(self):
        client = Mock()
        client.public_repositories.return_value = ["dagger"]
        self.assertEqual(client.public_repositories(), ["dagger"])

    def test_with_a_spec(self):
        client = Mock(spec=GithubOrgClient)
        client.public_repositories.return_value = ["dagger"]

    def test_with_autospec(self):
        client = create_autospec(GithubOrgClient)("google")
        client.has_license({"license": None})
