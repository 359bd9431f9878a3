"""The commands, and what they need of a terminal."""
