"""What operating systems have: processes, signals, streams, folders."""
