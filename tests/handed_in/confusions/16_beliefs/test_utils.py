from unittest import TestCase
from unittest.mock import Mock, patch

from utils import access_nested_map, get_json, memoize


class TestBeliefs(TestCase):
    def test_error_names_the_first_key(self):
        with self.assertRaises(KeyError) as caught:
            access_nested_map({"a": 1}, ("a", "b"))
        self.assertEqual(caught.exception.args, ("a",))

    def test_missing_key_is_none(self):
        self.assertIsNone(access_nested_map({}, ("a",)))

    @patch("requests.get")
    def test_answers_are_kept(self, get):
        get.return_value.json.return_value = {}
        get_json("https://a.example")
        get_json("https://a.example")
        get.assert_called_once()

    def test_memoized_methods_run_each_time(self):
        read = Mock(return_value=21)

        class Thermometer:
            @memoize
            def reading(self):
                return read()

        thermometer = Thermometer()
        thermometer.reading
        thermometer.reading
        self.assertEqual(read.call_count, 2)

    def test_false_everywhere(self):
        self.assertEqual(access_nested_map({"a": 1}, ("a",)), 3)

    def test_value_of_the_first_key(self):
        value = access_nested_map({"a": {"b": 1}}, ("a", "b"))
        self.assertEqual(value, {"b": 1})
