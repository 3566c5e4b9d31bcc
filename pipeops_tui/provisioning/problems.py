"""What provisioning itself finds wrong, in words for a person; Azure's own refusals come worded from `azure_cloud`."""

from __future__ import annotations

from pipeops_tui.problem import Problem, Section


def group_appeared(name: str, location: str) -> Problem:
    return Problem(
        title=f"A resource group {name} exists already",
        what=f"Somebody created {name} in {location} after you had reviewed the plan. It was not touched.",
        remedy="Undo what this run has made, start again, and choose that group or another name.",
        link=Section.RUN,
    )


def group_missing(name: str) -> Problem:
    return Problem(
        title=f"The resource group {name} is gone",
        what=f"{name} was there when you chose it, and is not there (or is being deleted) now.",
        remedy="Undo what this run has made, start again, and choose another group.",
        link=Section.RUN,
    )


def group_not_ours(name: str) -> Problem:
    return Problem(
        title=f"{name} no longer carries the mark of this run",
        what=f"The resource group {name} has lost the tag that shows that this run created it, so it was left alone.",
        remedy="Remove it yourself if you are sure that nobody else uses it.",
        link=Section.RUN,
    )


def group_not_empty(name: str) -> Problem:
    return Problem(
        title=f"{name} is not empty",
        what=f"This run created the resource group {name}, but it holds resources now, so it was left alone.",
        remedy="Remove it yourself if nothing in it is needed. That deletes everything in it.",
        link=Section.RUN,
    )


def application_not_ours(name: str) -> Problem:
    return Problem(
        title=f"{name} no longer carries the mark of this run",
        what=f"The application {name} has lost the tag that shows that this run created it, so it was left alone.",
        remedy="Remove it yourself if you are sure that nobody else uses it.",
        link=Section.RUN,
    )


def assignment_vanished(group: str) -> Problem:
    return Problem(
        title="The role assignment has disappeared",
        what=f"Azure accepted the role assignment on {group}, but does not show it any more.",
        why="Somebody, or a policy of your organization, may have removed it.",
        remedy="Retry to assign the role again.",
        link=Section.RUN,
    )


def grant_vanished(group: str) -> Problem:
    return Problem(
        title="The Owner's role assignment has disappeared",
        what=f"The application had access to {group}, but Azure does not show it any more.",
        why="Somebody, or a policy of your organization, may have removed it.",
        remedy="Ask the Owner to run the command again, then retry: this program waits for it.",
        link=Section.RUN,
    )


def secret_vanished() -> Problem:
    return Problem(
        title="The client secret has disappeared",
        what="Microsoft Entra accepted the client secret, but does not show it any more, and refuses it.",
        why="Somebody, or a policy of your organization, may have removed it.",
        remedy="Retry to make another one.",
        link=Section.RUN,
    )
