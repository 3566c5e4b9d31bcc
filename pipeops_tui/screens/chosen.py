"""The earlier steps of a run that another process began: what was chosen there, to be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.widget import Widget

from pipeops_tui.checks.requests import group_name
from pipeops_tui.model import Subscription
from pipeops_tui.provisioning import commands
from pipeops_tui.screens.about import About
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.widgets.facts import Facts
from pipeops_tui.wizard import Choices, Step

FactRows = tuple[tuple[str, str], ...]


class ChosenScreen(StepScreen):
    """One step: its choices in two columns, and the way back to the run."""

    SENTENCE = "This run was begun with it. It can be read here, not changed."
    CONTINUE = "Back to the run"
    AUTO_FOCUS = "#continue"

    def compose_body(self) -> Iterable[Widget]:
        """What was chosen."""
        yield Facts(id="facts")

    def opened(self) -> None:
        """Show the choices."""
        choices = self.journey.choices
        if choices.subscription is not None:
            self.query_one(Facts).facts = self.facts(choices, choices.subscription)

    def facts(self, choices: Choices, subscription: Subscription) -> FactRows:
        """Labels and values of this step."""
        raise NotImplementedError

    def about(self) -> About:
        """Why nothing can be changed here."""
        choices = self.journey.choices
        name = group_name(choices)
        subscription = choices.subscription.subscription_id if choices.subscription else ""
        return About(
            title="Why can this not be changed?",
            paragraphs=(
                "This run was begun earlier, and part of what it creates is in Azure already. Going on finishes "
                "exactly that, with what was chosen then.",
                "To choose differently, undo the run first: the palette (Ctrl+P) offers it. Then everything can be "
                "chosen anew.",
            ),
            portal_page="Resource groups",
            portal_link=f"{self.journey.portal}/#view/HubsExtension/BrowseResourceGroups",
            command=commands.show_group(subscription, name),
        )


class ChosenSubscription(ChosenScreen):
    """Step 2."""

    STEP = Step.SUBSCRIPTION
    QUESTION = "The subscription"

    def facts(self, choices: Choices, subscription: Subscription) -> FactRows:
        return (
            ("Name", subscription.display_name),
            ("ID", subscription.subscription_id),
            ("Tenant", choices.tenant_name),
        )


class ChosenResourceGroup(ChosenScreen):
    """Step 3."""

    STEP = Step.RESOURCE_GROUP
    QUESTION = "The resource group"

    def facts(self, choices: Choices, subscription: Subscription) -> FactRows:
        whose = "already there" if choices.existing_group else "new, of this run"
        tags = tuple((f"Tag {tag}", value) for tag, value in choices.group_tags)
        return (
            ("Resource group", f"{group_name(choices)} ({whose})"),
            ("Region", choices.region.display_name if choices.region else ""),
            *tags,
        )


class ChosenTenant(ChosenScreen):
    """Step 4."""

    STEP = Step.TENANT
    QUESTION = "The directory"

    def facts(self, choices: Choices, subscription: Subscription) -> FactRows:
        return (("Tenant", choices.tenant_name), ("Tenant ID", subscription.tenant_id))


class ChosenApplication(ChosenScreen):
    """Step 5."""

    STEP = Step.APPLICATION
    QUESTION = "The application"

    def facts(self, choices: Choices, subscription: Subscription) -> FactRows:
        return (
            ("Application", choices.application_name),
            ("Client secret", choices.secret_description),
            ("Lifetime", f"{choices.secret_days} days"),
        )


class ChosenAccess(ChosenScreen):
    """Step 6."""

    STEP = Step.ACCESS
    QUESTION = "The access"

    def facts(self, choices: Choices, subscription: Subscription) -> FactRows:
        providers = tuple(("Registers", namespace) for namespace in choices.providers)
        return (("Role", "Contributor"), ("On", f"{group_name(choices)}, nothing else"), *providers)


CHOSEN: Final[dict[Step, type[ChosenScreen]]] = {
    screen.STEP: screen
    for screen in (ChosenSubscription, ChosenResourceGroup, ChosenTenant, ChosenApplication, ChosenAccess)
}
