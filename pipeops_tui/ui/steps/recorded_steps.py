"""The steps before Create, for a run that an earlier process began: the choices, read only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from textual.widget import Widget

from pipeops_tui.checks.admin_messages import group_name
from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Subscription
from pipeops_tui.core.wizard import Choices, Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.widgets.key_names import key_in_words
from pipeops_tui.ui.widgets.showing import Facts

FactRows = tuple[tuple[str, str], ...]


class RecordedStep(StepScreen):
    """One step: its choices in two columns, and the way back to the run."""

    SENTENCE = "You started with these choices. They can be read here, not changed."
    CONTINUE = "Back to Create"
    AUTO_FOCUS = "#continue"

    def __init__(self, step: Step, journey: Journey, services: Services) -> None:
        self.STEP = step
        self.QUESTION, self._facts = _WORDS[step]
        super().__init__(journey, services)

    def compose_body(self) -> Iterable[Widget]:
        """What was chosen."""
        yield Facts(id="facts")

    def opened(self) -> None:
        """Show the choices."""
        choices = self.journey.choices
        if choices.subscription is not None:
            self.query_one(Facts).facts = self._facts(choices, choices.subscription)

    def about(self) -> About:
        """Why nothing can be changed here."""
        choices = self.journey.choices
        subscription = choices.subscription.subscription_id if choices.subscription else ""
        return About(
            title="Why can this not be changed?",
            paragraphs=(
                "You started this earlier, and part of it is in Azure already. Continuing creates the rest of it, with "
                "what you chose then.",
                f"To choose differently, undo it first: the palette ({key_in_words('^p')}) has the command. Then "
                "everything can be chosen again.",
            ),
            portal_page="Resource groups",
            portal_link=f"{self.journey.portal}/#view/HubsExtension/BrowseResourceGroups",
            command=az_commands.show_group(subscription, group_name(choices)),
        )


def _subscription(choices: Choices, subscription: Subscription) -> FactRows:
    return (
        ("Name", subscription.display_name),
        ("ID", subscription.subscription_id),
        ("Tenant", choices.tenant_name),
    )


def _group(choices: Choices, _subscription: Subscription) -> FactRows:
    origin = "existed before" if choices.existing_group else "new"
    tags = tuple((f"Tag {tag}", value) for tag, value in choices.group_tags)
    return (
        ("Resource group", f"{group_name(choices)} ({origin})"),
        ("Region", choices.region.display_name if choices.region else ""),
        *tags,
    )


def _tenant(choices: Choices, subscription: Subscription) -> FactRows:
    return (("Tenant", choices.tenant_name), ("Tenant ID", subscription.tenant_id))


def _application(choices: Choices, _subscription: Subscription) -> FactRows:
    return (
        ("Application", choices.application_name),
        ("Client secret", choices.secret_description),
        ("Lifetime", f"{choices.secret_days} days"),
    )


def _access(choices: Choices, _subscription: Subscription) -> FactRows:
    providers = tuple(("Registers", namespace) for namespace in choices.providers)
    return (("Role", "Contributor"), ("On", f"{group_name(choices)}, nothing else"), *providers)


_WORDS: Final[dict[Step, tuple[str, Callable[[Choices, Subscription], FactRows]]]] = {
    Step.SUBSCRIPTION: ("The subscription", _subscription),
    Step.RESOURCE_GROUP: ("The resource group", _group),
    Step.TENANT: ("The tenant", _tenant),
    Step.APPLICATION: ("The application", _application),
    Step.ACCESS: ("The access", _access),
}
RECORDED: Final = frozenset(_WORDS)
"""The steps whose choices a run of an earlier process brings along."""
