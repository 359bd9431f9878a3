"""What the author of the tests wrote: read, never executed."""
