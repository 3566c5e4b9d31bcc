"""The man pages, made by argparse-manpage from the parsers of the command line: one for each command.

They are kept in `.man/`, from where the wheel takes them: building it needs nothing but hatchling then.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeops_tui import __version__
from pipeops_tui.cli.arguments import SentenceParser, journey_parser
from pipeops_tui.cli.completion import completion_parser
from pipeops_tui.cli.create_command import create_parser
from pipeops_tui.cli.diagnosing import doctor_parser
from pipeops_tui.cli.listing import list_parser
from pipeops_tui.cli.reminding import remind_parser
from pipeops_tui.cli.removing import remove_parser
from pipeops_tui.cli.renewing import renew_parser
from pipeops_tui.cli.simulate import simulate_parser
from tests.release.tools import ROOT, run, tool

MAN = ROOT / ".man"
PARSERS: tuple[Callable[[], SentenceParser], ...] = (
    journey_parser,
    create_parser,
    list_parser,
    renew_parser,
    remove_parser,
    remind_parser,
    doctor_parser,
    simulate_parser,
    completion_parser,
)


def write_pages(folder: Path) -> None:
    """Write a page for every command into `folder`, `pipeops-tui-create.1` among them. Raises `ToolError`."""
    folder.mkdir(exist_ok=True)
    for make in PARSERS:
        name = make().prog.replace(" ", "-")
        (folder / f"{name}.1").write_text(_page(make), encoding="utf-8")


def _page(make: Callable[[], SentenceParser]) -> str:
    parser = make()
    what = " ".join((parser.description or "").split()).partition(".")[0]
    options = {
        "--module": make.__module__,
        "--function": make.__name__,
        "--project-name": "pipeops-tui",
        "--version": __version__,
        "--manual-title": "pipeops-tui",
        "--description": what,
    }
    words = [word for option in options.items() for word in option]
    text = run(tool("argparse-manpage"), *words, env={"PYTHONPATH": str(ROOT), "COLUMNS": "100"}).stdout
    # argparse-manpage takes the name of a program for one word, which "pipeops-tui create" is not.
    title, name = parser.prog.upper().replace("-", r"\-"), parser.prog.replace("-", r"\-")
    text = text.replace(f".TH {title} ", f'.TH "{title.replace(" ", "-")}" ', 1)
    return text.replace(f"\n{name} \\- ", f"\n{name.replace(' ', '-')} \\- ", 1)
