"""Numbers."""


def is_even(number):
    """Tell whether a number is even."""
    return number % 2 == 0


def last(number):
    """Return the last digit."""
    if number < 0:
        return last(-number)
    return number % 10
