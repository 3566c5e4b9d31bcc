"""Whether permissions allow an action, the way Azure decides it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeops_tui.model import Permission

CREATE_GROUP = "Microsoft.Resources/subscriptions/resourceGroups/write"
ASSIGN_ROLES = "Microsoft.Authorization/roleAssignments/write"


def register_action(namespace: str) -> str:
    """The action that registers a resource provider; always judged at the subscription."""
    return f"{namespace}/register/action"


def allowed(action: str, permissions: Iterable[Permission]) -> bool:
    """Whether any entry allows `action`: in its actions and not in its own notActions.

    Entries are judged alone, then OR-ed: what one role's notActions leave out another role may still give
    (Microsoft Learn, "Understand Azure role definitions", NotActions).
    """
    return any(
        _matches_any(action, entry.actions) and not _matches_any(action, entry.not_actions) for entry in permissions
    )


def _matches_any(action: str, patterns: Sequence[str]) -> bool:
    return any(_pattern(pattern).fullmatch(action) for pattern in patterns)


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    """An Azure action with `*` for any characters, slashes included; case does not matter."""
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.IGNORECASE | re.DOTALL)
