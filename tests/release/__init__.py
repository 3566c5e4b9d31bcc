"""Locking, building and checking what is released; `python -m tests.release --help` lists the commands."""
