from unittest import TestCase
from unittest.mock import Mock

from utils import memoize


class TestMemoize(TestCase):
    def test_changed_afterwards(self):
        read, places = Mock(return_value=21), ["indoors"]

        class Thermometer:
            @memoize
            def reading(self):
                return read(places)

        Thermometer().reading
        places.append("outdoors")
        read.assert_called_once_with(["indoors"])
