"""Step 6: what the application may do, whether the person may give it that, and what the subscription still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.checks import Registrations, registrations
from pipeops_tui.checks.requests import group_name, group_scope
from pipeops_tui.journey import Journey
from pipeops_tui.model import Check
from pipeops_tui.provisioning import commands
from pipeops_tui.screens.about import About
from pipeops_tui.screens.cautions import caution_checks
from pipeops_tui.screens.checked_step import CheckedStep, count
from pipeops_tui.widgets.tick import Tick
from pipeops_tui.wizard import Step

_PROVIDERS = "P6"


class AccessScreen(CheckedStep):
    """One plain sentence, the checks, the providers that will be registered."""

    CSS_PATH = ["checked_step.tcss", "access.tcss"]
    STEP = Step.ACCESS
    QUESTION = "What may PipeOps do?"
    SENTENCE = "It may create, change and delete what is in this one resource group. It sees nothing else."
    CONTINUE = "Grant this"
    BINDINGS = [Binding("h", "hand_over", "Prepare and hand over")]

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._cautions: tuple[Check, ...] = ()
        self._offer = Registrations()
        """Of resource providers that can be registered as well."""
        self._handing_over = False

    def compose_body(self) -> Iterable[Widget]:
        """The grant, the checks, who can help, what will be registered."""
        yield Static(id="grant", markup=False)
        yield from self.compose_checks()
        yield Tick("Register them", True, id="register")

    def about(self) -> About:
        """Roles and scopes in plain words."""
        choices = self.journey.choices
        return About(
            "What is access?",
            (
                "In Azure a role says what may be done, and a scope says where. The application gets the role "
                f"Contributor at the scope of the resource group {group_name(choices)}: it may create, change and "
                "delete resources in there. It may not give access to anyone, and it sees nothing outside.",
                "Assigning a role takes a right that not everybody has who may create things: Owner, User Access "
                "Administrator or Role Based Access Control Administrator. That is checked here, before anything is "
                "created.",
                "Resource providers are Azure's services, such as Kubernetes. Each has to be registered once in a "
                "subscription before it can be used. It costs nothing.",
            ),
            "Resource group, Access control (IAM)",
            f"{self.journey.portal}/#@/resource{group_scope(choices)}/users",
            commands.create_assignment(group_scope(choices)),
        )

    def opened(self) -> None:
        """Check what has been chosen, unless that has been done."""
        self.query_one("#grant", Static).update(f"Contributor on {group_name(self.journey.choices)}, nothing else")
        self.check_if_changed()

    def brief(self, check: Check) -> Check:
        """Always with the providers that are to be registered."""
        return check if check.key == _PROVIDERS and self._offer.namespaces else super().brief(check)

    def also_shown(self) -> Sequence[Check]:
        """What speaks for caution with this computer and this cloud."""
        return self._cautions

    async def prepare(self) -> None:
        """Look whether there is any such thing."""
        self._cautions = await caution_checks(self.journey)

    async def look_around(self) -> None:
        """Which providers a server of PipeOps would miss: ticked where this account may register them, offered where
        nobody can tell."""
        subscription = self.journey.choices.subscription
        if subscription is None:
            return
        offer = await registrations(self.journey.lookups.reads, subscription)
        if offer != self._offer:
            self._offer = offer
            self.query_one("#register", Tick).value = offer.certain

    def judged(self) -> None:
        """Say what Enter does now; offer to register providers where nothing else is in the way."""
        self.relabel("continue", "Leave it to an Owner" if self._handing_over else self.CONTINUE)
        tick, number = self.query_one("#register", Tick), len(self._offer.namespaces)
        tick.display = bool(number) and not self.stuck
        tick.label = (
            f"Register {count(number, 'resource provider')} as well{'' if self._offer.certain else ', if you may'}"
        )

    # The hand-off

    @property
    def stuck(self) -> bool:
        return super().stuck and not self._handing_over

    @property
    def _may_hand_over(self) -> bool:
        """Whether nothing but assigning the role is in the way."""
        return self.stuck and not self.busy and all(check.may_hand_over for check in self.blocking)

    def forget_decisions(self) -> None:
        super().forget_decisions()
        self._handing_over = False

    def ways_on(self) -> list[str]:
        handing_over = ["h hands that step over"] if self._may_hand_over else []
        return [*super().ways_on(), *handing_over]

    def action_hand_over(self) -> None:
        """Create everything but the access, which an Owner is asked for."""
        self._handing_over = True
        self.decided("An Owner will be asked for the access. Nothing is written yet.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "hand_over":
            return self._may_hand_over and not self.troubled and not self.read_only
        return super().check_action(action, parameters)

    def record(self) -> None:
        """Note what is dared, who gives the access, and which providers to register."""
        super().record()
        register = self.query_one("#register", Tick).value
        self.journey.wizard.choose(
            owner_assigns=self._handing_over and bool(self.blocking),
            providers=self._offer.namespaces if register else (),
        )
