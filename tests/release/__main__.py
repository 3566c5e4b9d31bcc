"""Lock, build and check what is released.

    python -m tests.release lock               # .lock/: exact versions and hashes; --upgrade takes newer ones
    python -m tests.release man                # .man/: the man pages, from the parsers of the command line
    python -m tests.release build DIR          # wheel, sdist and SBOM
    python -m tests.release onefile DIR        # the one file, for this platform and this Python
    python -m tests.release audit              # known vulnerabilities of the locked packages
    python -m tests.release legs               # install and try it with other versions and other Pythons

The tools are in the extra `release`. Exit code 0 when it was done, 1 with a sentence on standard error when not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.release.audit import audit
from tests.release.legs import try_legs
from tests.release.lock import write_lock
from tests.release.man import MAN, write_pages
from tests.release.onefile import build_one_file
from tests.release.packages import build_packages
from tests.release.tools import ToolError


def main(argv: Sequence[str] | None = None) -> int:
    """Do what `argv` asks for; the exit code."""
    given = _parser().parse_args(argv)
    try:
        if given.command == "lock":
            write_lock(upgrade=given.upgrade)
        elif given.command == "man":
            write_pages(MAN)
        elif given.command == "build":
            print(*build_packages(given.folder), sep="\n")
        elif given.command == "onefile":
            print(build_one_file(given.folder))
        elif given.command == "audit":
            return 0 if audit() else 1
        else:
            return 0 if try_legs(prereleases=given.prereleases) else 1
    except ToolError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.release", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    lock = commands.add_parser("lock", help="write the lock")
    lock.add_argument("--upgrade", action="store_true", help="take the newest versions that are allowed")
    commands.add_parser("man", help="write the man pages")
    for name, words in (("build", "wheel, sdist and SBOM"), ("onefile", "the one file")):
        commands.add_parser(name, help=words).add_argument("folder", type=Path, metavar="DIR", help="where to write")
    commands.add_parser("audit", help="ask for known vulnerabilities")
    legs = commands.add_parser("legs", help="try other versions and other Pythons")
    legs.add_argument("--prereleases", action="store_true", help="Textual's pre-releases too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
