"""What holds for every test."""

from __future__ import annotations

import logging

# Its warnings quote the answer to a token request, and pytest prints what was logged with every failure, whatever
# `propagate` says. No token is to be read there, not even a simulated one.
logging.getLogger("azure.identity").setLevel(logging.CRITICAL)
