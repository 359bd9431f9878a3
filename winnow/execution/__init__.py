"""A suite run on some sources, and the events that come of it."""
