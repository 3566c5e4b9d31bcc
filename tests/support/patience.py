"""How long tests wait for what must happen."""

PATIENCE = 120.0
"""Seconds of real time after which waiting for something has failed: enough on a machine that is busy with other
work, because a test that passes ends its waits as soon as they are over."""
