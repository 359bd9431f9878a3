"""Plain data, and what syntax trees tell: this room imports no other."""
