"""A process put back as it was, so that it can run the next variant."""
