"""The one file: the program with all packages that it needs, as a zip file that Python starts (shiv).

It contains the locked packages whole, except for the request builders of Microsoft Graph (12,000 of its 16,700
modules). Which of those are used follows from this program alone, and `load_sdks` imports every one of them. Which
models are used follows from Azure's answers, so all of them stay.
"""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.release.packages import build_distributions, install_locked, write_sbom
from tests.release.tools import run, tool, uv

_USED = """
import asyncio, json, sys
from pipeops_tui.azure.loading import load_sdks
asyncio.run(load_sdks())
found = [module.__file__ for name, module in sys.modules.items() if name.startswith("msgraph.generated.")]
print(json.dumps([file for file in found if file]))
"""
_NOTES = ("direct_url.json", "uv_cache.json", "INSTALLER", "REQUESTED", "RECORD", "_virtualenv.*")
"""What an installer writes for itself: paths of this computer, and lists of files that are not all here."""
_PREAMBLE = """\
import sys
if sys.version_info[:2] != {version}:
    sys.exit("pipeops-tui: this file is for Python {name}. Start it as: python{name} " + sys.argv[0])
"""


def build_one_file(folder: Path) -> Path:
    """Build the one file for this platform and this Python into `folder`; its path. Raises `ToolError`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        wheel, _ = build_distributions(Path(temporary) / "dist")
        python = install_locked(Path(temporary) / "environment")
        sbom = Path(temporary) / "sbom.json"
        write_sbom(python, sbom)
        uv("pip", "install", "--python", python, "--no-deps", wheel)
        site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
        _cut_builders(python, site)
        for pattern in _NOTES:
            for note in site.rglob(pattern):
                note.unlink()
        sboms = next(site.glob("pipeops_tui-*.dist-info")) / "sboms"
        sboms.mkdir()
        shutil.copy(sbom, sboms / "pipeops-tui.cdx.json")
        return _zip(site, wheel.name.split("-")[1], folder.absolute(), Path(temporary) / "preamble.py")


def _cut_builders(python: Path, site: Path) -> None:
    """Remove the request builders that the program does not use. What stands beside one in its folder stays with it:
    its bodies and answers."""
    used = json.loads(run(python, "-c", _USED).stdout.splitlines()[-1])
    generated = site / "msgraph" / "generated"
    kept = {Path(file).parent for file in used}
    for module in generated.rglob("*.py"):
        if module.parent not in kept and generated / "models" not in module.parents:
            module.unlink()
    for parent in sorted((path for path in generated.rglob("*") if path.is_dir()), reverse=True):
        if not any(parent.iterdir()):
            parent.rmdir()


def _zip(site: Path, version: str, folder: Path, preamble: Path) -> Path:
    name = f"{sys.version_info.major}.{sys.version_info.minor}"
    preamble.write_text(_PREAMBLE.format(version=sys.version_info[:2], name=name), encoding="utf-8")
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    file = folder / f"pipeops-tui-{version}-py{name.replace('.', '')}-{platform}.pyz"
    form = ("--compressed", "--reproducible", "--python", f"/usr/bin/env python{name}", "--preamble", preamble)
    run(tool("shiv"), "--site-packages", site, *form, "--entry-point", "pipeops_tui.cli:main", "--output-file", file)
    return file
