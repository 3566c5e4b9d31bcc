"""Screens as text: pictures whose changes can be read in a diff."""

from __future__ import annotations

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode


class PlainText(SingleFileSnapshotExtension):
    """One text file a snapshot."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


def framed(screen: str, size: tuple[int, int]) -> str:
    """`screen` in a frame, so that its corners can be seen, below its size; a line a row."""
    width, height = size
    rows = screen.splitlines()
    rows += [""] * (height - len(rows))
    edge = "─" * width
    body = "\n".join(f"│{row.ljust(width)}│" for row in rows)
    return f"{width}x{height}\n┌{edge}┐\n{body}\n└{edge}┘\n"
