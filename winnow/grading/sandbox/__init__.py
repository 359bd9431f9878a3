"""Sandboxes: what a submission's code can reach, and what it can use up."""
