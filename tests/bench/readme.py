"""Puts the benchmark's table into the README, between the two comments that wait for it there."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"


def write(table: str, machine: str, *, file: Path = README) -> None:
    """Replace what stands between the comments by `table` (Markdown) and the machine it was measured on.

    Raises `ValueError`, with nothing written, when the comments are not there, each once and in this order.
    """
    text = file.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in rest or END in before + after:
        raise ValueError(f"{file} must hold {BEGIN} and then {END}, each once")
    file.write_text(f"{before}{BEGIN}\n{table}\n\nMeasured on {machine}.\n{END}{after}", encoding="utf-8")
