def double(x):
    if x is None:
        return 0
    y = x * 2
    return y
