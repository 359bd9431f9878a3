import socket
import time
import unittest

import mod


class TestDouble(unittest.TestCase):
    def test_while_a_port_is_taken(self):
        with socket.create_server(("127.0.0.1", 18765)):
            time.sleep(0.3)
            self.assertIsNotNone(mod.double(2))
            mod.double(None)
