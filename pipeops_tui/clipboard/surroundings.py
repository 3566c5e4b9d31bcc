"""Where the program runs, as far as clipboards care: decided once, injected in tests."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
_CONTAINER_VARIABLES = ("container", "KUBERNETES_SERVICE_HOST", "CODESPACES", "REMOTE_CONTAINERS", "ACC_CLOUD")
"""Set by Podman and systemd-nspawn, Kubernetes, GitHub Codespaces, VS Code dev containers, Azure Cloud Shell."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`system` is `platform.system()`; `environment` is what child processes get as well."""

    system: str
    environment: Mapping[str, str]
    in_container: bool = False
    is_wsl: bool = False
    temporary_files_in_memory: bool = False
    """Whether `/tmp` is a memory file system, so that what is written there never reaches a disk."""

    @property
    def over_ssh(self) -> bool:
        """Whether the terminal is on another machine: what is copied here would then be copied there."""
        return any(self.environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))

    @property
    def has_display(self) -> bool:
        """Whether a graphical session claims to be reachable (it may be dead all the same)."""
        return bool(self.environment.get("WAYLAND_DISPLAY") or self.environment.get("DISPLAY"))

    @property
    def may_reach_a_clipboard(self) -> bool:
        """Whether a program started here could own the clipboard of the person at the keyboard."""
        return not self.over_ssh and (self.has_display or not self.in_container)

    @classmethod
    def here(cls) -> Surroundings:
        """The surroundings of this process."""
        environment = dict(os.environ)
        release = platform.uname().release.lower()
        return cls(
            system=platform.system(),
            environment=environment,
            in_container=any(Path(path).exists() for path in _CONTAINER_FILES)
            or any(environment.get(name) for name in _CONTAINER_VARIABLES),
            is_wsl="microsoft" in release,
            temporary_files_in_memory=_is_memory("/tmp"),  # noqa: S108 - wl-copy's own choice, only asked about
        )


def _is_memory(directory: str) -> bool:
    """Whether `directory` is the mount point of a tmpfs (Linux's proc(5), `/proc/mounts`)."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    fields = (line.split() for line in mounts.splitlines())
    kinds = [field[2] for field in fields if len(field) > 2 and field[1] == directory]
    return bool(kinds) and kinds[-1] == "tmpfs"
