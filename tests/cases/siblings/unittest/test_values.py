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

class TestA(unittest.TestCase):

    def test_a(self):
        """member-of-no-class"""
        c = GithubOrgClient('a')
        self.assertEqual(c.get_json, 1)

    def test_b(self):
        """member-of-no-class"""
        c = GithubOrgClient('a')
        self.assertEqual(c.name, 'a')

    def test_c(self):
        """asked-of-another-thing"""
        self.assertEqual(client.org, 'a')

    def test_d(self):
        """asked-of-another-thing"""
        self.assertEqual(utils.getjson('a'), 'a')

    def test_e(self):
        """error-compared: self.assertEqual(e.exception.args, ("a",))"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
        self.assertEqual(e.exception.message, 'a')

    def test_f(self):
        """watcher-for-the-error: with self.assertRaises(KeyError) as caught"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
        self.assertEqual(e.message, 'a')

    def test_g(self):
        """error-compared: self.assertIs(type(e.exception), KeyError)"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
        self.assertEqual(e.exception, KeyError)

    def test_h(self):
        """error-compared: self.assertEqual(e.exception.args, ("a",))"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
        self.assertEqual(e.exception, KeyError('a'))

    def test_i(self):
        """error-compared: self.assertIn("a", e.exception.args)"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
        self.assertIn('a', e.exception)

    def test_j(self):
        """key-error-in-quotes: self.assertEqual(e.exception.args, ("a",))"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
        self.assertEqual(str(e.exception), "KeyError: 'a'")

    def test_k(self):
        """error-by-its-repr: e.exception.args"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
        self.assertEqual(repr(e.exception), 'KeyError(a)')

    def test_l(self):
        """args-is-a-tuple: self.assertEqual(e.exception.args, ("a",))"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
        self.assertEqual(e.exception.args, 'a')

    def test_m(self):
        """key-error-in-quotes: self.assertEqual(e.exception.args, ("a",))"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
        self.assertEqual(e.exception.args[0], "'a'")

    def test_n(self):
        """error-compared: self.assertEqual(e.exception.args, ("a",))"""
        with self.assertRaises(KeyError) as e:
            access_nested_map({}, ('a',))
            self.assertEqual(str(e.exception), 'a')
        self.assertEqual(e.exception[0], 'a')

    def test_o(self):
        """key-error-in-quotes: self.assertEqual(caught.exception.args, ("a",))"""
        with self.assertRaisesRegex(KeyError, '^a$'):
            access_nested_map({}, ('a',))

    def test_p(self):
        """another-error: with self.assertRaises(KeyError)"""
        with self.assertRaises(TypeError):
            access_nested_map({}, ('a',))

    def test_q(self):
        """made-error-awaited: with self.assertRaises(KeyError)"""
        with self.assertRaises(KeyError('a')):
            access_nested_map({}, ('a',))

    def test_r(self):
        """own-data-raises-nothing"""
        with self.assertRaises(KeyError):
            access_nested_map({'a': 1}, ('a',))

    def test_s(self):
        """assert-raises-too-late: self.assertRaises(KeyError, access_nested_map, {}, ("a",))"""
        self.assertRaises(KeyError, access_nested_map({}, ('a',)))

    def test_t(self):
        """assert-raises-too-late: self.assertRaises(KeyError)"""
        result = access_nested_map({}, ('a',))
        with self.assertRaises(KeyError):
            result

    def test_u(self):
        """own-data-raises-nothing"""
        self.assertRaises(KeyError, access_nested_map, {'a': 1}, ('a',))

    def test_v(self):
        """another-error: with self.assertRaises(KeyError)"""
        with self.assertRaises(TypeError):
            access_nested_map({'a': 1}, ('a', 'b'))

    def test_w(self):
        """raised-on-purpose: with self.assertRaises(KeyError)"""
        self.assertIsNone(access_nested_map({}, ('a',)))

    def test_x(self):
        """call-of-another-signature"""
        access_nested_map({'a': 1}, ['a'], 'x')

    def test_y(self):
        """call-of-another-signature"""
        self.assertEqual(access_nested_map({'a': 1}), 1)

    def test_z(self):
        """call-of-another-signature"""
        self.assertEqual(GithubOrgClient().org, 1)

    def test_z1(self):
        """call-of-another-signature"""
        self.assertEqual(GithubOrgClient('a').has_license({}), 1)

    def test_z2(self):
        """raised-on-purpose: with self.assertRaises(KeyError)"""
        self.assertEqual(access_nested_map({'a': 1}, 'b'), 1)

    def test_z3(self):
        """error-compared: self.assertEqual(e.args, ("a",))"""
        e = None
        try:
            access_nested_map({}, ('a',))
        except KeyError as err:
            e = err
        self.assertEqual(e, 'a')

    @parameterized.expand([({}, ('a',), KeyError), ({'a': 1}, ('a', 'b'), KeyError)])
    def test_z4(self, n, p, expected):
        """error-compared: self.assertIs(type(e.exception), expected)"""
        with self.assertRaises(KeyError) as e:
            access_nested_map(n, p)
        self.assertEqual(e.exception, expected)

    @parameterized.expand([({}, ('a',), "KeyError('a')")])
    def test_z5(self, n, p, expected):
        """key-error-in-quotes: self.assertEqual(e.exception.args, ("a",))"""
        with self.assertRaises(KeyError) as e:
            access_nested_map(n, p)
        self.assertEqual(str(e.exception), expected)
