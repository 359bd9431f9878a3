import time
import unittest
from pathlib import Path

import mod

PLACE = Path("/var/tmp/winnow-case-fixed-file")


class TestDouble(unittest.TestCase):
    def test_through_a_file_that_is_always_the_same(self):
        PLACE.mkdir()  # It fails where another run is at it.
        try:
            time.sleep(0.3)
            self.assertIsNotNone(mod.double(2))
            mod.double(None)
        finally:
            PLACE.rmdir()
