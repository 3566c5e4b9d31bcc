"""Step 4: the directory the application will live in. It follows from the subscription; here it is confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from pipeops_tui.journey import Journey
from pipeops_tui.model import Check, CheckOutcome, Directory, SignInMethod
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.screens.about import About
from pipeops_tui.screens.checked_step import CheckedStep
from pipeops_tui.widgets.check_rows import CheckRows
from pipeops_tui.widgets.facts import Facts
from pipeops_tui.wizard import Choices, Step

_READ = "Directory"
_YOU = "You in this directory"


class TenantScreen(CheckedStep):
    """Tenant ID, name, primary domain, who the person is in it, and what the directory allows."""

    STEP = Step.TENANT
    QUESTION = "Is this your directory?"
    SENTENCE = "PipeOps' application will live in this tenant, the one your subscription trusts."
    CONTINUE = "Use this tenant"
    CSS_PATH = ["checked_step.tcss", "tenant.tcss"]

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._facts: tuple[Check, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        """Facts, then checks."""
        yield Facts(id="facts")
        yield from self.compose_checks()

    def about(self) -> About:
        """Tenants and directories in plain words."""
        return About(
            title="What is a tenant?",
            paragraphs=(
                "A tenant is your organization's directory in Microsoft Entra ID: its list of people, and of programs "
                "that may sign in. Every subscription trusts exactly one tenant.",
                "PipeOps is such a program. Two steps from here an application is registered for it in this directory, "
                "so that PipeOps can sign in without your own account.",
                "There is nothing to choose here, only to look at: if this is not the organization you expected, go "
                "back and pick another subscription.",
            ),
            portal_page="Microsoft Entra ID, Overview",
            portal_link=f"{self.journey.portal}/#view/Microsoft_AAD_IAM/ActiveDirectoryMenuBlade/~/Overview",
            command="az account show --query tenantId --output tsv",
        )

    def relevant(self, choices: Choices) -> Choices:
        """Only the subscription: the tenant follows from it."""
        return Choices(subscription=choices.subscription)

    def also_shown(self) -> Sequence[Check]:
        """What reading the directory has shown."""
        return self._facts

    def opened(self) -> None:
        """Read and check the directory, once for each."""
        self.check_if_changed()

    async def prepare(self) -> None:
        """Read the directory before it is checked. Raises `CloudError`, but not where the account may not read it."""
        subscription = self.journey.choices.subscription
        if subscription is None:
            return
        self._facts = ()
        self.query_one(Facts).facts = (("Name", subscription.tenant_name), ("Tenant ID", subscription.tenant_id))
        self.query_one(CheckRows).show((_READ, _YOU))
        self.status.running("Reading the directory")
        try:
            directory = (await self.journey.lookups.directory(subscription.tenant_id)).value
        except CloudError as error:
            if error.kind is not FailureKind.REFUSED:
                raise
            directory = Directory(subscription.tenant_id, subscription.tenant_name, "")
            read = Check(_READ, _READ, CheckOutcome.UNKNOWN, f"{error.problem.title}. Going on is possible.")
        else:
            read = Check(_READ, _READ, CheckOutcome.OK, "signed in to it, and it answers")
        self._show(directory, read)

    def _show(self, directory: Directory, read: Check) -> None:
        account = self.journey.session.account if self.journey.session else None
        role = {"Member": "member", "Guest": "guest"}.get(directory.user_type, "")
        if account is not None and account.method is SignInMethod.ENVIRONMENT:
            role = "service principal"
        you = ", ".join(part for part in (account.name if account else "", role) if part)
        self.query_one(Facts).facts = (
            ("Name", directory.display_name or "not readable"),
            ("Tenant ID", directory.tenant_id),
            ("Domain", directory.primary_domain or "not readable"),
            ("You", you),
        )
        self.journey.wizard.choose(tenant_name=directory.display_name or self.journey.choices.tenant_name)
        self.subject = f"Read {directory.display_name}, " if directory.display_name else ""
        self._facts = (read, _membership(directory, role), *self._wanted(directory))
        self.refresh_frame()

    def _wanted(self, directory: Directory) -> Iterable[Check]:
        wanted = self.journey.settings.tenant
        if wanted is not None and wanted != directory.tenant_id:
            detail = f"--tenant {wanted} is another one: go back to pick a subscription of it"
            yield Check("wanted", "Not the tenant asked for", CheckOutcome.WARNING, detail)


def _membership(directory: Directory, role: str) -> Check:
    if role == "guest":
        detail = "guests may usually not register applications; the role Application Developer allows it"
        return Check("you", _YOU, CheckOutcome.WARNING, detail)
    if not role:
        return Check("you", _YOU, CheckOutcome.UNKNOWN, "could not be read")
    return Check("you", _YOU, CheckOutcome.OK, role)
