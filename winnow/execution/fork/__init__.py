"""A process for each variant, cloned from one that has loaded everything."""
