"""The scenarios by name, one line each: what `pipeops-tui simulate --help` lists."""

from __future__ import annotations

SCENARIOS: dict[str, str] = {
    "happy": "Three tenants, fourteen subscriptions, an owner who may do everything.",
}
