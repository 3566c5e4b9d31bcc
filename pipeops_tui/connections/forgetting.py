"""What is said before an unfinished run is forgotten: how what it created is found again."""

from __future__ import annotations

from pipeops_tui.core import az_commands
from pipeops_tui.provisioning import Origin, RunState


def find_command(state: RunState) -> str:
    """The command that finds the application again by its tag; empty where there is none."""
    is_tagged = state.application.may_exist and state.origin is not Origin.ADOPTED
    return az_commands.find_tagged_applications(state.mark) if is_tagged else ""


def how_to_find(state: RunState) -> str:
    """Where the application of a forgotten run is found, in sentences."""
    searched = state.client_id or state.plan.application_name
    where = (
        "To find the application again: in the portal, open App registrations, All applications, and search for "
        f"{searched}."
    )
    if state.origin is Origin.ADOPTED:
        return (
            f"{where} It was made by hand: once this is forgotten, pipeops-tui does not recognize the client secrets "
            "that it has added, and does not remove them."
        )
    return f"{where} Or search for its tag {state.mark}:"
