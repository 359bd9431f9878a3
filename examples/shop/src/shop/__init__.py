"""A shop: what things cost, and how a receipt reads."""
