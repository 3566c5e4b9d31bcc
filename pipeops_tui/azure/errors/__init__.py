"""Turns a failed request into the one exception that leaves this room.

Pure: no network and no SDK. `evidence` holds the facts, each `…_errors` module the rules of one topic, `judge` the
table of all rules.
"""
