"""The structure of the package: no circles of imports, flat screens, and one thing of each name."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "pipeops_tui"

MOST_LEVELS = 3
"""Classes of ours in one chain of inheritance below a class of Textual."""
_TEXTUAL_ROOTS = {"Screen", "ModalScreen", "App", "Widget"}


def modules() -> dict[str, ast.Module]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imports(name: str) -> set[str]:
    """Modules of the package that module `name` imports, at its top, in functions and for type checking."""
    found: set[str] = set()
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            wholes = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {whole if whole in MODULES else node.module for whole in wholes}
    return (found & set(MODULES)) - {name}


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    """All top-level classes with the modules they stand in."""
    for name, tree in MODULES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                yield name, node


def test_no_module_imports_itself_through_others() -> None:
    try:
        TopologicalSorter({name: imports(name) for name in MODULES}).prepare()
    except CycleError as error:
        raise AssertionError(f"a circle of imports: {' → '.join(error.args[1])}") from None


def test_screens_and_widgets_are_at_most_three_classes_deep() -> None:
    # A class may extend one of Textual with its own name, e.g. `class Button(widgets.Button)`.
    bases = {node.name: [name for base in node.bases if (name := _name(base)) != node.name] for _, node in classes()}

    def depth(name: str) -> int:
        """Classes of ours from `name` up to one of Textual; 0 where there is none."""
        if name not in bases:
            return 0
        above = [depth(base) for base in bases[name] if base in bases]
        return 1 + max(above, default=0)

    def is_textual(name: str) -> bool:
        return name in _TEXTUAL_ROOTS or any(is_textual(base) for base in bases.get(name, ()))

    deep = {name: depth(name) for name in bases if is_textual(name) and depth(name) > MOST_LEVELS}
    assert not deep


def _name(base: ast.expr) -> str:
    """The last name of a base class, without its parameters."""
    match base:
        case ast.Subscript(value=value):
            return _name(value)
        case ast.Attribute(attr=attr):
            return attr
        case ast.Name(id=name):
            return name
    return ""


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module, node in classes():
        if not node.name.startswith("_"):
            places[node.name].append(module)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert not twice


def test_no_two_modules_have_one_name() -> None:
    inside, outside = Counter[str](), Counter[str]()
    for path in PACKAGE.rglob("*.py"):
        in_simulator = path.is_relative_to(PACKAGE / "simulator")
        (inside if in_simulator else outside)[path.stem] += 1
    outside_twice = {name for name, number in outside.items() if number > 1} - {"__init__", "screen"}
    inside_twice = {name for name, number in inside.items() if number > 1} - {"__init__"}
    assert not outside_twice
    assert not inside_twice
