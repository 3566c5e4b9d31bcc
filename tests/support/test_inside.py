"""Private attributes of the program and of libraries are touched through `inside` only."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
ELSEWHERE = {
    "support/inside.py",
}
PRIVATE = re.compile(r"_[a-z]\w*")


def private_uses(source: str) -> set[str]:
    """Private attributes of other objects than the test's own, as `object._name`."""
    return {
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        if PRIVATE.fullmatch(node.attr) and f"self.{node.attr}" not in source
        if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
    }


def test_no_test_reaches_into_the_program_by_itself() -> None:
    found = {
        f"{path.relative_to(TESTS)}: {use}"
        for path in TESTS.rglob("*.py")
        if path.relative_to(TESTS).as_posix() not in ELSEWHERE
        for use in private_uses(path.read_text(encoding="utf-8"))
    }
    assert sorted(found) == []
