"""The problems that provisioning itself finds; those that Azure reports are described in `azure`."""

from __future__ import annotations

from pipeops_tui.core.marks import SECRETS_OF_A_RUN
from pipeops_tui.core.problem import Problem, Section


def group_appeared(name: str, location: str) -> Problem:
    return Problem(
        title=f"A resource group {name} already exists",
        what=f"{name} was created in {location} after you reviewed the plan. It was not changed.",
        remedy="Undo what was created, start again, and choose that group or another name.",
        link=Section.RUN,
    )


def group_missing(name: str) -> Problem:
    return Problem(
        title=f"The resource group {name} no longer exists",
        what=f"{name} existed when you chose it. It has been deleted since, or is being deleted now.",
        remedy="Undo what was created, start again, and choose another group.",
        link=Section.RUN,
    )


def group_not_ours(name: str) -> Problem:
    return Problem(
        title=f"{name} no longer carries the tag of pipeops-tui",
        what=f"The resource group {name} no longer has the tag that pipeops-tui gave it, so it was not deleted.",
        remedy="Delete it yourself if you are sure that it is not used.",
        link=Section.RUN,
    )


def group_not_empty(name: str) -> Problem:
    return Problem(
        title=f"{name} is not empty",
        what=f"pipeops-tui created the resource group {name}, but it contains resources now, so it was not deleted.",
        remedy="Delete it yourself if nothing in it is needed. That deletes everything in it.",
        link=Section.RUN,
    )


def application_not_ours(name: str) -> Problem:
    return Problem(
        title=f"{name} no longer carries the tag of pipeops-tui",
        what=f"The application {name} no longer has the tag that pipeops-tui gave it, so it was not deleted.",
        remedy="Delete it yourself if you are sure that it is not used.",
        link=Section.RUN,
    )


def application_changed(name: str) -> Problem:
    return Problem(
        title=f"{name} is not the application of this run",
        what=f"The application {name} or its service principal has another id than this run recorded, so nothing of it "
        "was removed.",
        why="It was created again, or the journal of this run was changed.",
        remedy="Delete it yourself if you are sure that it is not used.",
        link=Section.RUN,
    )


def secret_not_ours(name: str) -> Problem:
    return Problem(
        title=f"{name} has a client secret that this run did not add",
        what=f"The application {name} has a client secret of someone else, so nothing of the application was removed.",
        why="Whatever uses that secret would lose its access.",
        remedy="Remove that secret and try again, or delete the application yourself if it is not used.",
        link=Section.RUN,
    )


def too_many_secrets(name: str) -> Problem:
    return Problem(
        title=f"{name} was given too many client secrets",
        what=f"pipeops-tui has added {SECRETS_OF_A_RUN} client secrets to {name}, and adds no more to one application.",
        remedy="Connect PipeOps with a new application, then remove this one.",
        link=Section.RUN,
    )


def newest_secret_missing(name: str) -> Problem:
    return Problem(
        title="The new client secret no longer exists",
        what=f"Microsoft Entra does not list the newest client secret of {name} any more, so the old one was not "
        "removed.",
        why="It may be the only one that works.",
        remedy="Make another new secret.",
        link=Section.RUN,
    )


def no_newer_secret(name: str) -> Problem:
    return Problem(
        title="There is no newer client secret that works",
        what=f"{name} has no newer client secret that was delivered and has not expired, so this one was not removed.",
        why="PipeOps could not sign in any more.",
        remedy="Renew the client secret first.",
        link=Section.RUN,
    )


def assignment_not_ours(group: str) -> Problem:
    return Problem(
        title=f"A role assignment on {group} is not the one of this run",
        what=f"The role assignment that this run recorded on {group} gives another role or belongs to another "
        "identity, so nothing of the application was removed.",
        why="It was created again, or the journal of this run was changed.",
        remedy="Remove it yourself if you are sure that it is not used.",
        link=Section.RUN,
    )


def deleted_application_not_ours(name: str) -> Problem:
    return Problem(
        title="The deleted application does not carry the tag of pipeops-tui",
        what=f"The deleted application {name} does not have the tag that pipeops-tui gives, so it was not removed.",
        remedy="It is removed by itself 30 days after its deletion.",
        link=Section.RUN,
    )


def assignment_vanished(group: str) -> Problem:
    return Problem(
        title="The role assignment no longer exists",
        what=f"Azure accepted the role assignment on {group}, but no longer lists it.",
        why="A person or a policy of your organization probably removed it.",
        remedy="Try again to assign the role again.",
        link=Section.RUN,
    )


def role_missing(group: str) -> Problem:
    """A renewal finds that the role, which was assigned long ago, is gone."""
    return Problem(
        title=f"The application has no access to {group} any more",
        what=f"The role assignment on {group} does not exist any more, so PipeOps cannot work with any client secret.",
        why="A person or a policy of your organization probably removed it.",
        remedy=f"Assign the role Contributor on {group} to the application again, then try again.",
        who="An Owner or User Access Administrator of the resource group",
        link=Section.RUN,
    )


def application_not_restorable(name: str) -> Problem:
    return Problem(
        title=f"{name} cannot be restored",
        what=f"The application {name} is neither in the tenant nor among its deleted applications.",
        why="A tenant keeps deleted applications for 30 days.",
        remedy="Connect PipeOps with a new application.",
        link=Section.RUN,
    )


def grant_vanished(group: str) -> Problem:
    return Problem(
        title="The Owner's role assignment no longer exists",
        what=f"The application had access to {group}, but Azure no longer lists the role assignment.",
        why="A person or a policy of your organization probably removed it.",
        remedy="Ask the Owner to run the command again, then try again. pipeops-tui waits for the role assignment.",
        link=Section.RUN,
    )


def secret_vanished() -> Problem:
    return Problem(
        title="The client secret no longer exists",
        what="Microsoft Entra accepted the client secret, but no longer lists it, and refuses it.",
        why="A person or a policy of your organization probably removed it.",
        remedy="Try again to create another one.",
        link=Section.RUN,
    )
