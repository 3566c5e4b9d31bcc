"""`pipeops-tui completion SHELL`: what a shell needs to complete this command line, made from its parsers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeops_tui.cli.arguments import SentenceParser, journey_parser
from pipeops_tui.plain.standard_output import print_safely

_SHELLS: Final = ("bash", "zsh", "fish")
_DESCRIPTION = "Print what bash, zsh or fish needs to complete the words of pipeops-tui."
_EPILOG = """\
  bash: pipeops-tui completion bash > ~/.local/share/bash-completion/completions/pipeops-tui
  zsh:  pipeops-tui completion zsh > ~/.zfunc/_pipeops-tui     (a folder of $fpath)
  fish: pipeops-tui completion fish > ~/.config/fish/completions/pipeops-tui.fish"""


def completion(argv: Sequence[str]) -> int:
    """Parse `argv`, print the script, and return the exit code."""
    given = completion_parser().parse_args(argv)
    import shtab

    return 0 if print_safely(shtab.complete(_whole_parser(), given.shell)) else 1


def completion_parser() -> SentenceParser:
    """What the command takes."""
    parser = SentenceParser("pipeops-tui completion", _DESCRIPTION, _EPILOG)
    parser.add_argument("shell", choices=_SHELLS, metavar="SHELL", help="bash, zsh or fish")
    return parser


def _whole_parser() -> SentenceParser:
    """One parser for all commands. Each of them is parsed by its own otherwise, which loads less."""
    from pipeops_tui.cli.create_command import create_parser
    from pipeops_tui.cli.diagnosing import doctor_parser
    from pipeops_tui.cli.listing import list_parser
    from pipeops_tui.cli.reminding import remind_parser
    from pipeops_tui.cli.removing import remove_parser
    from pipeops_tui.cli.renewing import renew_parser
    from pipeops_tui.cli.simulate import simulate_parser

    parsers = {
        "create": create_parser,
        "list": list_parser,
        "renew": renew_parser,
        "remove": remove_parser,
        "remind": remind_parser,
        "doctor": doctor_parser,
        "simulate": simulate_parser,
        "completion": completion_parser,
    }
    whole = journey_parser()
    commands = whole.add_subparsers(parser_class=_Command)
    for name, make in parsers.items():
        one = make()
        help_line = " ".join((one.description or "").split()).partition(".")[0]
        commands.add_parser(name, description=help_line, help=help_line, parents=[one], conflict_handler="resolve")  # type: ignore[list-item]
    return whole


class _Command(SentenceParser):
    """A parser as argparse makes one for a command."""

    def __init__(self, **options: object) -> None:
        super(SentenceParser, self).__init__(allow_abbrev=False, **options)  # type: ignore[arg-type]
