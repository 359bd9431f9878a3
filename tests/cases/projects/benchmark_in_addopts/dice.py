"""Dice."""


def sides(text):
    """Return the sides of a die, as in "d6"."""
    if not text.startswith("d"):
        raise ValueError(text)
    return int(text[1:])


def unused(text):
    return text * 2
