"""Started processes that are used again, where there is no fork."""
