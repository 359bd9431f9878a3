"""Tests."""
import unittest
from unittest.mock import Mock, patch
import requests
from client import GithubOrgClient
from utils import access_nested_map, get_json
ORG = 'https://api.github.com/orgs/a'
ANSWERS = {ORG: {'repos_url': 'u'}, 'u': [{'name': 'n'}]}

def answer(url):
    return ANSWERS[url]

class TestGiven(unittest.TestCase):

    @patch('client.get_json', side_effect=ANSWERS)
    def test_dict(self, m):
        """side-effect-is-a-dict: lambda url: ANSWERS[url]"""
        self.assertEqual(GithubOrgClient('a').public_repos(), ['n'])

    @patch('client.get_json')
    def test_dict_later(self, m):
        """side-effect-is-a-dict: lambda url: table[url]"""
        table = {ORG: {'repos_url': 'u'}, 'u': [{'name': 'n'}]}
        m.side_effect = table
        self.assertEqual(GithubOrgClient('a').public_repos(), ['n'])

    def test_dict_at_once(self):
        """side-effect-is-a-dict: lambda url: answers[url]"""
        with patch('client.get_json', Mock(side_effect={ORG: {'repos_url': 'u'}})):
            self.assertEqual(GithubOrgClient('a').public_repos(), ['n'])

    @patch('client.get_json')
    def test_lambda(self, m):
        """function-as-an-answer: write side_effect in place of return_value"""
        m.return_value = lambda url: ANSWERS[url]
        self.assertEqual(GithubOrgClient('a').public_repos(), ['n'])

    @patch('client.get_json', return_value=answer)
    def test_function(self, m):
        """function-as-an-answer: return_value hands answer over as it is"""
        self.assertEqual(GithubOrgClient('a').org, {'repos_url': 'u'})

    @patch('requests.get', return_value=requests.ConnectionError)
    def test_class_of_errors(self, get):
        """error-as-an-answer: write side_effect in its place"""
        with self.assertRaises(requests.ConnectionError):
            get_json('u')

    @patch('requests.get')
    def test_call_args(self, get):
        """call-for-its-arguments: get.assert_called_with(ORG)"""
        get_json(ORG)
        self.assertEqual(get.call_args, ORG)

    def test_no_comma(self):
        """string-for-a-tuple: a comma: `("key",)`"""
        self.assertEqual(access_nested_map({'key': 1}, ('key')), 1)

    def test_a_letter(self):
        """raised-on-purpose: with self.assertRaises(KeyError)"""
        self.assertEqual(access_nested_map({'key': 1}, ('k',)), 1)
