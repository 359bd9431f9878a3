"""Codes."""


def encode(numbers):
    """Return each number with how often it comes in a row."""
    made = []
    for number in numbers:
        if made and made[-1][0] == number:
            made[-1][1] += 1
        else:
            made.append([number, 1])
    return made


def decode(pairs):
    """Return the numbers again."""
    return [number for number, count in pairs for _ in range(count)]
