"""The one process there is, as in the page of a browser."""
