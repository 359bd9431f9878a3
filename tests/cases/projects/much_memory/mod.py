import mmap


def reserve(gigabytes):
    return mmap.mmap(-1, gigabytes * 2 ** 30,
                     flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
