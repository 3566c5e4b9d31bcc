"""Known vulnerabilities of the locked packages, by pip-audit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.release.lock import REQUIREMENTS
from tests.release.tools import LOCK, ToolError, tool


def audit() -> bool:
    """Ask for advisories on every locked package and print what is known; whether no package has one.

    Where no source of advisories answers, that is printed and True.
    """
    command: list[str | Path] = [tool("pip-audit"), "--progress-spinner", "off", "--format", "json"]
    command += ["--require-hashes", "--disable-pip", "-r", LOCK / REQUIREMENTS]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300
        )
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, subprocess.TimeoutExpired):
        print("no source of advisories answers from here: nothing was audited")
        return True
    except OSError as error:
        raise ToolError(f"pip-audit: {error}") from None
    asked = [one for one in packages if "skip_reason" not in one]
    found = [(one, advisory) for one in asked for advisory in one["vulns"]]
    for one, advisory in found:
        fixed = ", ".join(advisory["fix_versions"]) or "no version"
        print(f"{one['name']} {one['version']}: {advisory['id']}, fixed in {fixed}", file=sys.stderr)
    if not asked:
        print(f"no source of advisories answers from here: none of {len(packages)} packages was audited")
    else:
        print(f"{len(asked)} of {len(packages)} packages audited, {len(found)} advisories")
    return not found
