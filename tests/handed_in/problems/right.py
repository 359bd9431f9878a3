"""Tests that look as if they left something, needed another or did nothing."""
import asyncio
import contextvars
import functools
import importlib
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import time
import unittest
import warnings
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock, patch

import pytest
import requests
from parameterized import parameterized

import scales
import station
from asserting import Checker, assert_that, same, testing
from scales import mean, to_fahrenheit

READING = contextvars.ContextVar("READING", default=0)
patchers = []
made = []


def setUpModule():
    made.clear()
    logging.disable(logging.CRITICAL)
    patchers.append(patch("requests.put"))
    patchers[0].start()


def tearDownModule():
    logging.disable(logging.NOTSET)
    patchers.pop().stop()
    # It ends by itself, though not at once.
    threading.Thread(target=time.sleep, args=(0.1,)).start()


class TestPutsBack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.readings = []
        cls.patcher = patch("station.mean", return_value=20)
        cls.patcher.start()
        other = patch.object(requests.Session, "get")
        other.start()
        cls.addClassCleanup(other.stop)

    @classmethod
    def tearDownClass(cls):
        cls.patcher.stop()

    def setUp(self):
        patcher = patch("requests.get", return_value=20)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.assertEqual(mean([1, 3]), 2)

    def test_what_the_class_has_made_is_made_anew(self):
        self.readings.append(station.summary([1]))
        self.assertEqual(self.readings, ["68.0 F"])

    def test_what_the_module_has_made_is_made_anew(self):
        made.append(mean([1, 3]))
        self.assertEqual(made, [2])

    @patch.dict(os.environ, {"TEMPERATURE": "1"})
    @patch("scales.mean")
    def test_decorators(self, double):
        self.assertIs(scales.mean, double)

    def test_an_attribute_set_back_by_hand(self):
        self.addCleanup(setattr, station, "mean", station.mean)
        self.addCleanup(os.chdir, os.getcwd())
        self.addCleanup(signal.signal, signal.SIGALRM,
                        signal.signal(signal.SIGALRM, signal.SIG_IGN))
        station.mean = None
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            os.mkdir("once")
            self.assertEqual(os.listdir(), ["once"])
            os.chdir("..")

    def test_a_path_set_back(self):
        with patch.object(sys, "path", ["/nowhere", *sys.path]):
            self.assertEqual(sys.path[0], "/nowhere")

    def test_a_module_loaded_again(self):
        self.assertEqual(importlib.reload(scales).mean([1, 3]), 2)

    def test_modules_loaded_late(self):
        import mimetypes
        import sqlite3
        import xml.dom.minidom
        self.assertTrue(mimetypes.guess_type("a.txt")[0])
        self.assertTrue(sqlite3.sqlite_version)
        self.assertTrue(xml.dom.minidom.Document())


class TestEndsWhatItBegins(unittest.TestCase):
    def setUp(self):
        self.assertEqual(mean([1, 3]), 2)

    def test_an_executor(self):
        with ThreadPoolExecutor(2) as two:
            self.assertEqual(list(two.map(to_fahrenheit, [0, 5])), [32, 41])

    def test_a_timer_that_is_cancelled(self):
        timer = threading.Timer(60, print)
        timer.start()
        timer.cancel()

    def test_a_loop(self):
        async def measured():
            return mean([1, 3])

        self.assertEqual(asyncio.run(measured()), 2)


class TestAsynchronous(unittest.IsolatedAsyncioTestCase):
    async def test_its_context_is_its_own(self):
        self.assertEqual(READING.get(), 0)
        READING.set(2)
        await asyncio.sleep(0)
        self.assertEqual(mean([0, READING.get()]), 1)


class Shared:
    def test_inherited(self):
        self.assertEqual(self.asked(), self.expected)


class TestOfNone(Shared, unittest.TestCase):
    asked, expected = staticmethod(lambda: mean([1, 3])), 2


class TestRepeats(unittest.TestCase):
    @functools.lru_cache
    def cached(self):
        return mean([1, 3])

    def test_a_cache(self):
        self.assertEqual(self.cached(), 2)

    def test_chance(self):
        random.seed(7)
        drawn = random.random()
        self.assertEqual(mean([drawn, drawn]), drawn)

    def test_a_warning_heard_each_time(self):
        with self.assertWarns(UserWarning):
            warnings.warn(f"{mean([1, 3])}")
        with warnings.catch_warnings(record=True) as heard:
            warnings.warn("once")
        self.assertEqual(mean([len(heard), 3]), 2)

    def test_a_log(self):
        logging.disable(logging.NOTSET)
        self.addCleanup(logging.disable, logging.CRITICAL)
        with self.assertLogs("scales", "INFO"):
            logging.getLogger("scales").info("%s", mean([1, 3]))
        self.assertEqual(mean([1, 3]), 2)

    def test_an_adapter_in_place_of_the_network(self):
        class Canned(requests.adapters.BaseAdapter):
            def send(self, *args, **kwargs):
                answer = requests.Response()
                answer.status_code, answer._content = 200, b"[1, 3]"
                return answer

            def close(self):
                pass

        with requests.Session() as session:
            session.mount("http://", Canned())
            readings = session.get("http://scales.example/").json()
        self.assertEqual(mean(readings), 2)


class TestAsserts(unittest.TestCase):
    """By whatever means; a fault makes it fail by an accident alone."""

    def tearDown(self):
        1 / (mean([1, 3]) == 2)

    def raises_itself(self, what):
        if not what:
            raise self.failureException

    def test_by_an_assert_statement(self):
        assert mean.__name__ == "mean"

    def test_by_a_method_that_raises(self):
        self.raises_itself(mean.__name__)

    def test_by_a_function_beside(self):
        same(mean.__name__, "mean")

    def test_by_an_object_beside(self):
        Checker(mean.__name__).should.equal("mean")

    def test_by_matchers(self):
        assert_that(mean.__name__, "mean")

    def test_by_a_library_s_own(self):
        testing.assert_allclose(mean.__name__, "mean")

    def test_by_pytest(self):
        with pytest.raises(AttributeError):
            mean.median

    def test_by_a_double(self):
        double = Mock()
        double(mean.__name__)
        double.assert_called_once_with("mean")

    @parameterized.expand([("freezes", 0, 32), ("boils", 100, 212)])
    def test_by_rows(self, name, celsius, expected):
        self.assertEqual(to_fahrenheit(celsius), expected)

    def test_by_subtests(self):
        for celsius, expected in ((0, 32), (100, 212)):
            with self.subTest(celsius=celsius):
                self.assertEqual(to_fahrenheit(celsius), expected)

    @unittest.expectedFailure
    def test_that_is_to_fail(self):
        self.assertEqual(mean.__name__, "median")
