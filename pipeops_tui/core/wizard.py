"""The steps in order, what has been chosen so far, and what each step still needs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pipeops_tui.core import names

if TYPE_CHECKING:
    # Loaded late: the model takes a tenth of the time to the first frame.
    from pipeops_tui.core.model import (
        DirectoryMember,
        Doubt,
        Plan,
        Region,
        ResourceGroup,
        SignInMethod,
        Subscription,
        Write,
    )

DEFAULT_GROUP_NAME = "PipeOpsRG"
DEFAULT_APPLICATION_NAME = "PipeOps"
DEFAULT_SECRET_DESCRIPTION = "PipeOps secret"  # noqa: S105 - a label
DEFAULT_SECRET_DAYS = 180


class Step(StrEnum):
    """One screen each; the value is what the rail shows."""

    SIGN_IN = "Sign in"
    SUBSCRIPTION = "Subscription"
    RESOURCE_GROUP = "Resource group"
    TENANT = "Tenant"
    APPLICATION = "Application"
    ACCESS = "Access"
    CREATE = "Create"
    CREDENTIALS = "Credentials"


STEPS: tuple[Step, ...] = tuple(Step)


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything the person has entered or picked. Kept whatever happens; replaced, never changed."""

    sign_in: SignInMethod | None = None
    subscription: Subscription | None = None
    existing_group: ResourceGroup | None = None
    """The group picked from the list; None means a new one called `group_name` in `region`."""
    group_name: str = ""
    region: Region | None = None
    group_tags: tuple[tuple[str, str], ...] = ()
    tenant_name: str = ""
    application_name: str = DEFAULT_APPLICATION_NAME
    secret_description: str = DEFAULT_SECRET_DESCRIPTION
    secret_days: int = DEFAULT_SECRET_DAYS
    providers: tuple[str, ...] = ()
    """Resource providers to register as part of the plan."""
    doubts: tuple[Doubt, ...] = ()
    """What is tried although a check speaks against it."""
    owner_assigns: bool = False
    """Whether an Owner assigns the role, because this account is not allowed to."""
    second_owner: DirectoryMember | None = None
    """Who becomes an owner of the application too."""


@dataclass(slots=True)
class Wizard:
    """Where the journey stands. `reached` is the furthest step that can be opened again."""

    choices: Choices
    step: Step = Step.SIGN_IN
    reached: Step = Step.SIGN_IN
    locked: bool = False
    """True once Create was pressed: earlier steps can then be read, not changed."""

    def choose(self, **changes: Any) -> None:
        """Record choices. Another subscription drops what only the old one could mean: its picked group and
        region; a typed group name stays. What is changed has to be looked at again in the steps that follow.

        Raises `RuntimeError` when the wizard is locked.
        """
        if self.locked:
            raise RuntimeError("choices are final once Create was pressed")
        new = changes.get("subscription")
        old = self.choices.subscription
        if new is not None and old is not None and new.subscription_id != old.subscription_id:
            changes = {
                "existing_group": None,
                "region": None,
                "providers": (),
                "doubts": (),
                "owner_assigns": False,
                "second_owner": None,
                **changes,
            }
        before, self.choices = self.choices, replace(self.choices, **changes)
        if replace(before, tenant_name=self.choices.tenant_name) != self.choices:
            self.reached = self.step

    def try_anyway(self, checks: Collection[str], doubts: Iterable[Doubt]) -> None:
        """Record the `doubts` among the `checks` of a step (by their keys), in place of earlier ones."""
        others = (doubt for doubt in self.choices.doubts if doubt.check not in checks)
        self.choose(doubts=(*others, *doubts))

    def start_over(self) -> None:
        """Go back to the first step for another account, which can see other subscriptions: what was typed stays, with
        the region; what was picked from the old account's Azure goes. Raises `RuntimeError` when the wizard is
        locked."""
        generated = names.is_numbered(self.choices.group_name, DEFAULT_GROUP_NAME)
        self.choose(
            subscription=None,
            existing_group=None,
            group_name="" if generated else self.choices.group_name,
            tenant_name="",
            providers=(),
            doubts=(),
            owner_assigns=False,
            second_owner=None,
        )
        self.step = self.reached = Step.SIGN_IN

    def forward(self) -> Step:
        """Go to the next step; stays on the last."""
        self.step = STEPS[min(STEPS.index(self.step) + 1, len(STEPS) - 1)]
        if STEPS.index(self.step) > STEPS.index(self.reached):
            self.reached = self.step
        return self.step

    def back(self) -> Step | None:
        """Go one step back; None on the first, or when Create was pressed."""
        position = STEPS.index(self.step)
        if position == 0 or self.locked:
            return None
        self.step = STEPS[position - 1]
        return self.step

    def missing(self, step: Step) -> str:
        """What `step` still needs, as a sentence; empty when it is complete."""
        return missing(step, self.choices)


def missing(step: Step, choices: Choices) -> str:
    """What `step` still needs, as a sentence; empty when it is complete."""
    match step:
        case Step.SUBSCRIPTION:
            if choices.subscription is None:
                return "Choose a subscription."
            return choices.subscription.unusable
        case Step.RESOURCE_GROUP if choices.existing_group is None:
            return names.group_name_error(choices.group_name) or ("" if choices.region else "Choose a region.")
        case Step.APPLICATION:
            return (
                names.application_name_error(choices.application_name)
                or names.secret_description_error(choices.secret_description)
                or names.secret_days_error(str(choices.secret_days))
            )
    return ""


def plan(choices: Choices) -> Plan:
    """The reviewed choices as the input of provisioning. Raises `ValueError` when a step is incomplete."""
    gaps = [f"{step}: {gap}" for step in STEPS if (gap := missing(step, choices))]
    subscription, group, region = choices.subscription, choices.existing_group, choices.region
    if gaps or subscription is None:
        raise ValueError(" ".join(gaps))
    from pipeops_tui.core.model import Plan

    owner = choices.second_owner
    return Plan(
        tenant_id=subscription.tenant_id,
        tenant_name=choices.tenant_name or subscription.tenant_name,
        subscription_id=subscription.subscription_id,
        subscription_name=subscription.display_name,
        group_name=group.name if group else choices.group_name,
        group_is_new=group is None,
        location=group.location if group else (region.name if region else ""),
        location_display=region.display_name if region else (group.location if group else ""),
        application_name=choices.application_name.strip(),
        secret_description=choices.secret_description,
        secret_days=choices.secret_days,
        providers=choices.providers,
        group_tags=choices.group_tags,
        owner_assigns=choices.owner_assigns,
        second_owner_id=owner.object_id if owner is not None else "",
        second_owner_name=owner.display_name if owner is not None else "",
        doubts=tuple(dict.fromkeys(doubt.write for doubt in choices.doubts if not _obsolete(doubt.write, choices))),
    )


def _obsolete(write: Write, choices: Choices) -> bool:
    """Whether a write of this kind is no longer part of the plan."""
    from pipeops_tui.core.model import Write

    match write:
        case Write.GROUP:
            return choices.existing_group is not None
        case Write.ASSIGNMENT:
            return choices.owner_assigns
    return False


def choices_of(plan: Plan, subscription: Subscription, sign_in: SignInMethod | None) -> Choices:
    """The choices that led to `plan` in `subscription`, for a run that an earlier process began."""
    from pipeops_tui.core.model import Region, ResourceGroup

    return Choices(
        sign_in=sign_in,
        subscription=subscription,
        existing_group=None if plan.group_is_new else ResourceGroup(plan.group_name, plan.location),
        group_name=plan.group_name if plan.group_is_new else "",
        region=Region(plan.location, plan.location_display or plan.location, geography="", recommended=False),
        group_tags=plan.group_tags,
        tenant_name=plan.tenant_name,
        application_name=plan.application_name,
        secret_description=plan.secret_description,
        secret_days=plan.secret_days,
        providers=plan.providers,
        owner_assigns=plan.owner_assigns,
    )


def free_group_name(taken: frozenset[str]) -> str:
    """The first free name of PipeOpsRG, PipeOpsRG-2, …; `taken` holds lower-cased names (Azure ignores case)."""
    number = 1
    while (name := DEFAULT_GROUP_NAME if number == 1 else f"{DEFAULT_GROUP_NAME}-{number}").lower() in taken:
        number += 1
    return name
