"""What asserts by other means than an assertion: stands for libraries."""


def same(one, other):
    if one != other:
        raise AssertionError(one)


def assert_that(one, other):
    assert one == other


class Checker:
    def __init__(self, what):
        self.what = what

    @property
    def should(self):
        return self

    def equal(self, other):
        same(self.what, other)


class testing:
    assert_allclose = staticmethod(assert_that)
