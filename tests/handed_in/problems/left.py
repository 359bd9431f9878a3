"""Tests that leave something as no other test expects it."""
import logging
import os
import signal
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock, patch

import requests

import scales
import station
from scales import mean


class TestAttributes(unittest.TestCase):
    def setUp(self):
        self.assertEqual(mean([1, 3]), 2)

    def test_a_patcher_that_nobody_stops(self):
        # leak: station.mean is still replaced → self.addCleanup(patcher.stop)
        patcher = patch("station.mean", return_value=20)
        patcher.start()
        self.assertEqual(station.summary([1]), "68.0 F")

    @patch("scales.mean")
    def test_that_stops_its_own(self, double):
        with patch("station.mean"), patch("requests.get"):
            self.assertIs(scales.mean, double)

    def test_a_function_of_the_modules(self):
        # leak: station.to_fahrenheit is still replaced → with patch(
        station.to_fahrenheit = lambda celsius: 68

    def test_a_function_of_a_library(self):
        # leak: requests.get is still replaced → with patch(
        requests.get = Mock()

    def test_a_method_of_a_library(self):
        # leak: Session.post is still replaced → with patch(
        setattr(requests.Session, "post", lambda self: None)

    def test_a_class_of_a_library_by_its_patcher(self):
        # leak: Response.json is still replaced → addCleanup(patcher.stop)
        patch.object(requests.Response, "json").start()


class TestTheProcess(unittest.TestCase):
    def setUp(self):
        self.assertEqual(mean([1, 3]), 2)

    def test_a_variable(self):
        # leak: variable TEMPERATURE is still → patch.dict(os.environ, …)
        os.environ["TEMPERATURE"] = "1"

    def test_variables_at_once(self):
        # leak: variable PRESSURE is still changed → patch.dict(os.environ, …)
        os.environ.update({"PRESSURE": "1"})

    def test_the_folder(self):
        # leak: the current folder is another one → os.chdir, os.getcwd()
        os.chdir(tempfile.mkdtemp())

    def test_where_modules_are_sought(self):
        # leak: sys.path is still changed → patch.object(sys, 'path'
        sys.path.append("/nowhere")

    def test_a_thread(self):
        # leak: a thread is still running → with `join`
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()

    def test_an_executor_that_is_closed(self):
        with ThreadPoolExecutor(2) as two:
            self.assertEqual(list(two.map(mean, [[1, 3]])), [2])

    def test_a_signal(self):
        # leak: a signal still has another handler → returns the old one
        signal.signal(signal.SIGALRM, lambda number, frame: None)

    def test_logging(self):
        # leak: logging is still disabled → logging.NOTSET
        logging.disable(logging.CRITICAL)
