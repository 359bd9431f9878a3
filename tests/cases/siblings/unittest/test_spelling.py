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
        """assertion-misspelt: self.assertEqual(1, 1)"""
        self.assertequal(1, 1)

    def test_b(self):
        """assertion-misspelt: self.assertEqual(1, 1)"""
        self.AssertEqual(1, 1)

    def test_c(self):
        """assertion-misspelt: self.assertEqual(1, 1)"""
        self.assertEquals_(1, 1)

    def test_d(self):
        """assertion-misspelt: self.assertEqual(1, 1)"""
        self.assert_equal(1, 1)

    def test_e(self):
        """assertion-misspelt: self.assertEqual(1, 1)"""
        self.assertIsEqual(1, 1)

    def test_f(self):
        """assertion-misspelt: self.assertRaises(KeyError)"""
        self.assertRaise(KeyError)

    def test_g(self):
        """assertion-misspelt: self.assertTrue(1)"""
        self.asertTrue(1)

    def test_h(self):
        """assertion-misspelt: self.assertTrue(1)"""
        self.assertTru(1)

    def test_i(self):
        """assertion-misspelt: self.assertDictEqual({}, {})"""
        self.assertDictEquals({}, {})

    def test_j(self):
        """assertion-misspelt: self.assertEqual(1, 1)"""
        self.asssertEqual(1, 1)

    def test_k(self):
        """assertion-misspelt: self.assertIn([1], 1)"""
        self.assertContains([1], 1)

    def test_l(self):
        """assertion-misspelt: self.assertEqual(1, 1)"""
        self.equal(1, 1)

    def test_m(self):
        """assertion-misspelt: self.assertIn(1, [1])"""
        self.assertHas([1], 1)

    def test_n(self):
        """assertion-misspelt: with self.assertRaises(KeyError)"""
        with self.assertRasies(KeyError):
            access_nested_map({}, ('a',))

    @parameterized.expand([(1,), (2,)])
    def test_o(self, n):
        """assertion-misspelt: self.assertEqual(n, n)"""
        self.assertEqul(n, n)

    def test_p(self):
        """assertion-misspelt: self.skipTest("x")"""
        self.skiptest('x')

    def test_q(self):
        """assertion-misspelt: self.assertAlmostEqual(1, 1)"""
        self.assertAlmostequal(1, 1)

    def test_r(self):
        """assertion-misspelt: self.assertIsInstance(1, int)"""
        self.assertInstance(1, int)

    def test_s(self):
        """assertion-wants-two"""
        self.assertEqual(GithubOrgClient.has_license({}, 'mit'))

    def test_t(self):
        """check-of-the-test: the_mock.assert_called_once()"""
        self.assert_called_once()

    def test_u(self):
        """mistyped-assertion: m.assert_called_once()"""
        m = Mock()
        m()
        m.assert_called_onec()

    def test_v(self):
        """mistyped-assertion: m.assert_called_once()"""
        m = Mock()
        m()
        m.assertCalledOnce()

    def test_w(self):
        """mistyped-assertion: m.assert_called_once_with(1)"""
        m = Mock()
        m(1)
        m.assert_called_once_wiht(1)

    def test_x(self):
        """mistyped-assertion: m.assert_called_with(1)"""
        m = Mock()
        m(1)
        m.asert_called_with(1)

    def test_y(self):
        """mistyped-assertion: m.assert_called_once_with(1)"""
        m = Mock()
        m(1)
        m.assert_called_with_once(1)

    def test_z(self):
        """absent-call: from unittest.mock import call"""
        m = Mock()
        m(1)
        m.assert_not_called_with(2)

    def test_z1(self):
        """mistyped-assertion: m.assert_called_once()"""
        m = Mock(spec=GithubOrgClient)
        m.called_once()

    def test_z2(self):
        """mistyped-assertion: m.assert_called_once_with(…)"""
        m = Mock()
        m(1)
        m.assert_called_twice()

    def test_z3(self):
        """mistyped-assertion: m.assert_called_once_with(…)"""
        m = Mock()
        m(1)
        m.assert_called_times(1)

    def test_z4(self):
        """mistyped-assertion: m.assert_has_calls([call(1)])"""
        m = Mock()
        m(1)
        m.assert_has_call(call(1))

    def test_z5(self):
        """mistyped-assertion: m.assert_called_once_with(1)"""
        m = Mock()
        m(1)
        m.assert_called_once_with_args(1)

    def test_z6(self):
        """assertion-of-a-mock: self.assertEqual(1, 1)"""
        m = Mock()
        m(1)
        m.assertEqual(1, 1)

class TestSet(unittest.TestCase):

    def setUp(self):
        self.asserTrue(True)

    def test_a(self):
        """assertion-misspelt: self.assertTrue(True)"""
        pass
