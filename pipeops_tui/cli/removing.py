"""`pipeops-tui remove` on a terminal: open the interface, or talk line by line, about the connection to remove."""

from __future__ import annotations

from collections.abc import Sequence

from pipeops_tui.cli.arguments import (
    SentenceParser,
    add_plain_option,
    add_sign_in_options,
    check_demo,
    guid,
    sign_in_values,
)
from pipeops_tui.cli.listing import DEFAULT_SCENARIO
from pipeops_tui.cli.plain_mode import converse
from pipeops_tui.core.settings import ConnectionToOpen, Settings

_DESCRIPTION = """\
Remove a connection from Azure: client secret, role assignment, application, and the resource
group if pipeops-tui created it and it is empty. Shows first what is still in the group.
With --plain it asks line by line."""
_EPILOG = """\
exit codes:
  0    it is removed, and nothing of it is left
  1    it is not, or not all of it
  2    the command line cannot be used, or there is no terminal
  130  interrupted

  pipeops-tui remove 1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"""


def remove(argv: Sequence[str]) -> int:
    """Parse `argv`, run the interface at the connection, or at the list where it is not clear which, and return the
    exit code: 0 when nothing is left."""
    parser = remove_parser()
    given = parser.parse_args(argv)
    check_demo(parser, given)
    opens = ConnectionToOpen("remove", given.connection or "")
    return converse(Settings(**sign_in_values(given), opens=opens, plain=given.plain))


def remove_parser() -> SentenceParser:
    """What the command takes."""
    parser = SentenceParser("pipeops-tui remove", _DESCRIPTION, _EPILOG)
    parser.add_argument(
        "connection", nargs="?", type=guid, metavar="CLIENT_ID", help="the connection, by its client ID"
    )
    add_plain_option(parser)
    add_sign_in_options(parser, DEFAULT_SCENARIO)
    return parser
