"""Tests."""
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
ORG = {'repos_url': 'https://api.github.com/orgs/acme/repos'}
REPOS = [{'name': 'a', 'license': {'key': 'mit'}}]

class Response:

    def __init__(self, data):
        self.data = data

    def json(self):
        return self.data

class TestA(unittest.TestCase):

    @classmethod
    def setUpClass(cls):

        def answer(url):
            if url == 'https://api.github.com/org/acme':
                return Response(ORG)
            elif url == ORG['repos_url']:
                return Response(REPOS)
        cls.p = patch('requests.get', side_effect=answer)
        cls.p.start()

    @classmethod
    def tearDownClass(cls):
        cls.p.stop()

    def test_elif(self):
        """fake-without-an-answer: if url == "https://api.github.com/orgs/acme": return …"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

class TestB(unittest.TestCase):

    def fake(self, url):
        if url.endswith('repos'):
            return Response(REPOS)

    def test_method(self):
        """fake-without-an-answer: if url == "https://api.github.com/orgs/acme": return …"""
        with patch('requests.get', side_effect=self.fake):
            self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    def test_new(self):
        """fake-without-an-answer: if url == "https://api.github.com/orgs/acme": return …"""
        with patch('requests.get', self.fake):
            self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    def test_get_json(self):
        """fake-without-an-answer: if url == "https://api.github.com/orgs/acme": return …"""

        def fake(url):
            if 'repos' in url:
                return REPOS
        with patch('client.get_json', side_effect=fake):
            self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    def test_wide(self):
        '''fake-with-one-answer-for-all: if url == "https://api.github.com/orgs/acme"'''

        def fake(url):
            if url.startswith('https://api.github.com/orgs/acme'):
                return ORG
            return REPOS
        with patch('client.get_json', side_effect=fake) as m:
            self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    def test_none_class(self):
        """fake-without-an-answer: if url == "https://api.github.com/orgs/acme": return …"""
        with patch('requests.get', side_effect=lambda url: {ORG['repos_url']: Response(REPOS)}.get(url)):
            self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    def test_default(self):
        """fake-without-an-answer: if url == "https://api.github.com/orgs/acme": return …"""

        def fake(url):
            if url == 'x':
                return Response(ORG)
            return Response(None)
        with patch('requests.get', side_effect=fake):
            self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    def test_default2(self):
        """key-left-out"""

        def fake(url):
            if url == 'x':
                return Response(ORG)
            return Response({})
        with patch('requests.get', side_effect=fake):
            self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    def test_noargs(self):
        """fake-of-another-signature: url"""

        def fake():
            return Response(ORG)
        with patch('requests.get', side_effect=fake):
            self.assertEqual(GithubOrgClient('acme').org, ORG)

    def test_noargs_lambda(self):
        """fake-of-another-signature: url"""
        with patch('requests.get', side_effect=lambda: Response(ORG)):
            self.assertEqual(GithubOrgClient('acme').org, ORG)

    @patch('client.get_json', return_value=REPOS)
    def test_one(self, m):
        """one-answer-for-two-requests: m.side_effect = [first_answer, second_answer]"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.get_json', return_value=ORG)
    def test_one2(self, m):
        """one-answer-for-two-requests: m.side_effect = [first_answer, second_answer]"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.get_json', return_value=ORG)
    def test_one3(self, m):
        """one-answer-for-two-requests: m.side_effect = [first_answer, second_answer]"""
        self.assertEqual(GithubOrgClient('acme').public_repos('mit'), ['a'])

    @patch('requests.get')
    def test_one4(self, get):
        """data-of-another-shape"""
        get.return_value.json.return_value = REPOS
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('requests.get')
    def test_one5(self, get):
        """one-answer-for-two-requests: get.side_effect = [first_answer, second_answer]"""
        get.return_value = Response(ORG)
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.get_json', return_value={'name': 'a'})
    def test_left_out(self, m):
        """key-left-out"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.get_json', side_effect=[REPOS, ORG])
    def test_swapped(self, m):
        """data-of-another-shape"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.get_json', side_effect=[ORG, [{'nam': 'a'}]])
    def test_name(self, m):
        """key-left-out"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.get_json', side_effect=[ORG, ['a']])
    def test_strings(self, m):
        """data-of-another-shape"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.get_json', Mock())
    def test_mock(self):
        """mock-gives-a-mock"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.get_json')
    def test_magic(self, m):
        """mock-gives-a-mock"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.get_json', side_effect=[ORG, REPOS])
    def test_once(self, m):
        """called-for-two-addresses: from unittest.mock import call"""
        GithubOrgClient('acme').public_repos()
        m.assert_called_once()

    @patch('client.get_json', side_effect=[ORG, REPOS])
    def test_once_with(self, m):
        """called-for-two-addresses: from unittest.mock import call"""
        GithubOrgClient('acme').public_repos()
        m.assert_called_once_with(ORG['repos_url'])

    @patch('client.get_json', side_effect=[ORG])
    def test_short(self, m):
        """side-effect-runs-out"""
        self.assertEqual(GithubOrgClient('acme').public_repos(), ['a'])

    @patch('client.GithubOrgClient.org', new_callable=PropertyMock, return_value={'login': 'a'})
    def test_org(self, m):
        """key-left-out"""
        self.assertEqual(GithubOrgClient('acme')._public_repos_url, ['a'])

    @patch('client.GithubOrgClient.org', new={'login': 'a'})
    def test_org2(self):
        """key-left-out"""
        self.assertEqual(GithubOrgClient('acme')._public_repos_url, ['a'])

    def test_lic(self):
        """raised-on-purpose: with self.assertRaises(AssertionError)"""
        self.assertFalse(GithubOrgClient.has_license({'license': {'key': 'mit'}}, None))

    def test_lic2(self):
        """own-data-is-false"""
        self.assertTrue(GithubOrgClient.has_license({'license': 'mit'}, 'mit'))

    @patch('requests.get', side_effect=[Mock(json=ORG)])
    def test_jsondata(self, m):
        """json-is-called"""
        self.assertEqual(GithubOrgClient('acme').org, ORG)

    @patch('requests.get', return_value=ORG)
    def test_data(self, m):
        """data-for-a-response"""
        self.assertEqual(GithubOrgClient('acme').org, ORG)

    @patch('requests.get', return_value=Mock(return_value=ORG))
    def test_data2(self, m):
        """answer-of-json"""
        self.assertEqual(GithubOrgClient('acme').org, ORG)
