"""The picture of the house: its rooms and what they import, read from pyproject.toml and from the code itself.

A room is what one contract of import-linter names as its sources; what no contract names is the composition root, the
roof. A room stands on the rooms it imports, so the picture has no arrows: down is allowed, and nothing else is there.
"""

from __future__ import annotations

import ast
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pipeops_tui.theme import DARK

ROOT = Path(__file__).parent.parent
PACKAGE = "pipeops_tui"
ROOF = "cli"
_TYPES_ALONE = "_typeshed"
"""What type checkers bring along; nothing is imported from there when the program runs."""
_COLUMN, _GAP, _MARGIN, _LINE = 300, 12, 24, 18
_LETTERS = 34
"""Characters in a line of a box one column wide."""


@dataclass(frozen=True, slots=True)
class Room:
    """Modules behind one wall."""

    name: str
    rule: str
    """The contract in words; empty for the roof."""
    modules: tuple[str, ...]
    imports: frozenset[str]
    """Names of other rooms."""
    libraries: tuple[str, ...]
    """What it imports from elsewhere, up to the first underscore of the name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a room stands: rows counted from the ground, columns from the left, both ends included."""

    bottom: int
    top: int
    left: int
    right: int


def rooms() -> list[Room]:
    """All of them, the roof first, then in the order of the contracts."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    rules = {contract["id"]: contract["name"] for contract in contracts}
    owner = {module.split(".")[1]: contract["id"] for contract in contracts for module in contract["source_modules"]}
    modules: dict[str, set[str]] = {name: set() for name in (ROOF, *rules)}
    imports: dict[str, set[str]] = {name: set() for name in modules}
    libraries: dict[str, set[str]] = {name: set() for name in modules}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        module = path.relative_to(ROOT / PACKAGE).with_suffix("").parts[0]
        if module in {"__init__", "__main__"}:
            continue
        room = owner.get(module, ROOF)
        modules[room].add(module)
        for first, second in _imported(path):
            if first == PACKAGE and second != "__version__":
                imports[room].add(owner.get(second, ROOF))
            elif first not in {PACKAGE, _TYPES_ALONE} and first not in sys.stdlib_module_names:
                libraries[room].add(first.partition("_")[0])
    return [
        Room(
            name,
            rules.get(name, ""),
            tuple(sorted(modules[name])),
            frozenset(imports[name] - {name}),
            tuple(sorted(libraries[name])),
        )
        for name in modules
    ]


def _imported(path: Path) -> Iterator[tuple[str, str]]:
    """The first two parts of the name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [f"{alias.name}." for alias in node.names]
        for name in names:
            first, second, *_ = name.split(".")
            yield first, second


def places(all_rooms: list[Room]) -> dict[str, Place]:
    """Each room as low as what it imports lets it, as high as what imports it lets it. Walls must have no cycle."""
    by_name = {room.name: room for room in all_rooms}

    def bottom(name: str, above: tuple[str, ...] = ()) -> int:
        if name in above:
            raise ValueError(f"rooms import each other: {' → '.join([*above, name])}")
        return 1 + max((bottom(one, (*above, name)) for one in by_name[name].imports), default=-1)

    bottoms = {name: bottom(name) for name in by_name}
    users = {name: [one.name for one in all_rooms if name in one.imports] for name in by_name}
    tops = {name: min((bottoms[user] - 1 for user in users[name]), default=bottoms[name]) for name in by_name}
    columns: dict[str, tuple[int, int]] = {}
    for name in sorted(by_name, key=lambda one: (-bottoms[one], list(by_name).index(one))):
        above = [columns[user] for user in users[name] if user != ROOF]
        if above:
            columns[name] = min(left for left, _ in above), max(right for _, right in above)
        elif name != ROOF:
            taken = {right for _, right in columns.values()}
            columns[name] = (len(taken),) * 2
    last = max(right for _, right in columns.values())
    columns[ROOF] = 0, last
    return {name: Place(bottoms[name], tops[name], *columns[name]) for name in by_name}


def picture() -> str:
    """The house as SVG: the same bytes for the same code and contracts."""
    all_rooms = rooms()
    where = places(all_rooms)
    heights = _row_heights(all_rooms, where)
    width = 2 * _MARGIN + (where[ROOF].right + 1) * (_COLUMN + _GAP) - _GAP
    height = 2 * _MARGIN + sum(heights) + _GAP * (len(heights) - 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="13" '
        'font-family="ui-monospace, Menlo, Consolas, monospace">',
        "<title>The rooms of pipeops-tui: each stands on those that it imports</title>",
        f'<rect width="{width}" height="{height}" rx="10" fill="{DARK.background}"/>',
    ]
    for room in all_rooms:
        place = where[room.name]
        x = _MARGIN + place.left * (_COLUMN + _GAP)
        wide = (place.right - place.left + 1) * (_COLUMN + _GAP) - _GAP
        y = _MARGIN + sum(high + _GAP for high in heights[place.top + 1 :])
        high = sum(heights[place.bottom : place.top + 1]) + _GAP * (place.top - place.bottom)
        parts += _box(room, x, y, wide, high)
    return "\n".join([*parts, "</svg>", ""])


def _row_heights(all_rooms: list[Room], where: dict[str, Place]) -> list[int]:
    """From the ground up, what the room with the most to say in that row alone needs."""
    heights = [3 * _LINE] * (where[ROOF].top + 1)
    for room in all_rooms:
        place = where[room.name]
        if place.bottom == place.top:
            lines = len(_lines(room, place.right - place.left + 1))
            heights[place.bottom] = max(heights[place.bottom], (lines + 2) * _LINE)
    return heights


def _lines(room: Room, columns: int) -> list[tuple[str, str]]:
    """The texts of a box with their colours, the name left out."""
    letters = _LETTERS * columns
    muted, bright, mark = (DARK.variables[name] for name in ("text-muted", "text", "text-primary"))
    named = [f"{name}/" if (ROOT / PACKAGE / name).is_dir() else name for name in room.modules]
    if room.modules == (room.name,):
        named = []
    rule = room.rule or "The composition root: puts the rooms together"
    libraries = f"with {', '.join(room.libraries)}" if room.libraries else "with the standard library alone"
    return [
        (line, colour)
        for text, colour in ((" ".join(named), bright), (rule, muted), (libraries, mark))
        for line in textwrap.wrap(text, letters, break_long_words=False)
    ]


def _box(room: Room, x: int, y: int, wide: int, high: int) -> Iterator[str]:
    """One room; the roof gets a ridge instead of a right angle."""
    columns = (wide + _GAP) // (_COLUMN + _GAP)
    style = f'fill="{DARK.surface}" stroke="{DARK.primary if room.name == ROOF else DARK.variables["hairline"]}"'
    if room.name == ROOF:
        slope = 5 * _LINE
        yield f'<path d="M{x} {y + high}L{x + slope} {y}H{x + wide - slope}L{x + wide} {y + high}Z" {style}/>'
        yield from _texts(room, columns, x + wide // 2, y, "middle")
    else:
        yield f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="6" {style}/>'
        yield from _texts(room, columns, x + 16, y, "start")


def _texts(room: Room, columns: int, x: int, y: int, anchor: str) -> Iterator[str]:
    lines = [(room.name, DARK.variables["text-primary"]), *_lines(room, columns)]
    for number, (text, colour) in enumerate(lines):
        style = f'fill="{colour}" font-weight="{"bold" if number == 0 else "normal"}" text-anchor="{anchor}"'
        yield f'<text x="{x}" y="{y + 8 + (number + 1) * _LINE}" {style}>{escape(text)}</text>'
