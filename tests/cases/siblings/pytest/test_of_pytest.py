import pytest
import unittest
from unittest import mock
from unittest.mock import Mock, MagicMock, PropertyMock, patch, call
import requests
from parameterized import parameterized, parameterized_class
import client
import utils
from client import GithubOrgClient
from fixtures import TEST_PAYLOAD
from utils import access_nested_map, get_json, memoize

@patch('client.GithubOrgClient.org', new_callable=property)
def test_dec(m):
    """property-for-a-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
    m.return_value = {'repos_url': 'u'}
    assert GithubOrgClient('a')._public_repos_url == 'u'

class TestIt:

    def test_with(self):
        """property-for-a-mock: patch.object(GithubOrgClient, "org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        with patch.object(GithubOrgClient, 'org', new_callable=property) as m:
            m.return_value = {'repos_url': 'u'}
            assert GithubOrgClient('a')._public_repos_url == 'u'

    def test_plain(self):
        """property-without-property-mock: patch.object(GithubOrgClient, "org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        with patch.object(GithubOrgClient, 'org') as m:
            m.return_value = {'repos_url': 'u'}
            assert GithubOrgClient('a')._public_repos_url == 'u'

    def test_mp(self, monkeypatch):
        """property-without-property-mock: patch.object(GithubOrgClient, "org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        monkeypatch.setattr(GithubOrgClient, 'org', Mock(return_value={'repos_url': 'u'}))
        assert GithubOrgClient('a')._public_repos_url == 'u'

    def test_method(self):
        """method-not-called: GithubOrgClient("a").public_repos()"""
        with patch('client.get_json', return_value=[{'name': 'a'}]), patch('client.GithubOrgClient._public_repos_url', new_callable=PropertyMock):
            assert GithubOrgClient('a').public_repos == ['a']

    def test_errors(self):
        """error-compared: assert e.value.args == ("a",)"""
        with pytest.raises(KeyError) as e:
            access_nested_map({}, ('a',))
        assert e.value == 'a'

    def test_errors2(self):
        """error-compared: assert e.value.args == ("a",)"""
        with pytest.raises(KeyError) as e:
            access_nested_map({}, ('a',))
        assert e.value == KeyError('a')

    def test_errors3(self):
        """pytest-watcher-for-the-error: with pytest.raises(KeyError) as caught"""
        with pytest.raises(KeyError) as e:
            access_nested_map({}, ('a',))
        assert e == KeyError('a')

    def test_in(self):
        """error-compared: assert "a" in e.value.args"""
        with pytest.raises(KeyError) as e:
            access_nested_map({}, ('a',))
        assert 'a' in e.value

    def test_own(self):
        """own-data"""
        assert access_nested_map({'a': {'b': 2}}, ('a', 'b')) == 3

    def test_missing(self):
        """raised-on-purpose: with pytest.raises(KeyError)"""
        assert access_nested_map({}, ('a',)) is None

    def test_unittest_name(self):
        """assertion-without-test-case: class TestIt(unittest.TestCase)"""
        self.assertEqual(1, 1)

    def test_mistyped(self):
        """mistyped-assertion: m.assert_called_once()"""
        m = Mock()
        m.asert_called_once()
