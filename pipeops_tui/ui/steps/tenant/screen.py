"""Step 4: the tenant in which the application is registered. It follows from the subscription; here it is confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Check, CheckOutcome, Directory, SignInMethod
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.wizard import Choices, Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.check_list import CheckList
from pipeops_tui.ui.base.checks_screen import ChecksScreen
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.widgets.check_rows import CheckRows
from pipeops_tui.ui.widgets.showing import Facts

_READ = "Tenant"
_YOU = "Your account in it"


class TenantScreen(ChecksScreen):
    """Shows tenant ID, name, primary domain, the account's role, and what the directory allows."""

    STEP = Step.TENANT
    QUESTION = "Check your organization"
    SENTENCE = "The application will be registered in this Microsoft Entra tenant, to which your subscription belongs."
    CSS_PATH = ["../../base/check_list.tcss", "screen.tcss"]
    AUTO_FOCUS = "#continue"

    def __init__(self, journey: Journey, services: Services) -> None:
        super().__init__(journey, services)
        self.checks = CheckList(
            self,
            prepare=self._read_directory,
            relevant=lambda choices: Choices(subscription=choices.subscription),
            rows_above=lambda: self._facts,
        )
        self._facts: tuple[Check, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        """Facts, then checks."""
        yield Facts(id="facts")
        yield from self.checks.compose()

    def about(self) -> About:
        """Tenants and directories in plain words."""
        return About(
            title="What is a tenant?",
            paragraphs=(
                "A tenant is your organization's Microsoft Entra directory: its list of people, and of programs that "
                "can sign in. Every subscription belongs to exactly one tenant.",
                "PipeOps is such a program. The Create step registers an application for it in this tenant, so that "
                "PipeOps can sign in without your own account.",
                "There is nothing to choose here. If this is not the organization you expected, go back and choose "
                "another subscription.",
            ),
            portal_page="Microsoft Entra ID, Overview",
            portal_link=f"{self.journey.portal}/#view/Microsoft_AAD_IAM/ActiveDirectoryMenuBlade/~/Overview",
            command=az_commands.show_tenant_id(),
        )

    def opened(self) -> None:
        """Read and check the directory, once for each."""
        self.checks.check_if_changed()

    def record(self) -> None:
        """Note what is tried anyway."""
        self.checks.record()

    async def _read_directory(self) -> None:
        """Read the directory before it is checked. Raises `CloudError`, but not where the account is not allowed to
        read it or the answer cannot be understood: the step goes on without it."""
        subscription = self.journey.choices.subscription
        if subscription is None:
            return
        self._facts = ()
        self.query_one(Facts).facts = (("Name", subscription.tenant_name), ("Tenant ID", subscription.tenant_id))
        self.query_one(CheckRows).show((_READ, _YOU))
        self.status.running("Reading the tenant")
        try:
            directory = (await self.journey.lookups.directory(subscription.tenant_id)).value
        except CloudError as error:
            if error.kind not in (FailureKind.REFUSED, FailureKind.UNREADABLE):
                raise
            directory = Directory(subscription.tenant_id, subscription.tenant_name, "")
            # Without a token nothing was asked: the checks below say what that means.
            hint = "" if error.no_token else ". You can continue."
            read = Check(_READ, _READ, CheckOutcome.UNKNOWN, f"{error.problem.title}{hint}")
        else:
            read = Check(_READ, _READ, CheckOutcome.OK, "reachable")
        self._show(directory, read)

    def _show(self, directory: Directory, read: Check) -> None:
        account = self.journey.session.account if self.journey.session else None
        role = {"Member": "member", "Guest": "guest"}.get(directory.user_type, "")
        if account is not None and not account.is_person:
            is_machine = account.method is SignInMethod.MANAGED_IDENTITY
            role = "managed identity" if is_machine else "service principal"
        you = ", ".join(part for part in (account.name if account else "", role) if part)
        self.query_one(Facts).facts = (
            ("Name", directory.display_name or "not readable"),
            ("Tenant ID", directory.tenant_id),
            ("Domain", directory.primary_domain or "not readable"),
            ("You", you),
        )
        self.journey.wizard.choose(tenant_name=directory.display_name or self.journey.choices.tenant_name)
        self.checks.subject = directory.display_name
        self._facts = (read, _membership(directory, role), *self._wanted(directory))
        self.refresh_frame()

    def _wanted(self, directory: Directory) -> Iterable[Check]:
        wanted = self.journey.settings.tenant
        if wanted is not None and wanted != directory.tenant_id:
            detail = f"--tenant {wanted} is another tenant: go back and choose one of its subscriptions"
            yield Check("wanted", "Not the tenant asked for", CheckOutcome.WARNING, detail)


def _membership(directory: Directory, role: str) -> Check:
    if role == "guest":
        detail = "guests usually cannot register applications; the role Application Developer allows it"
        return Check("you", _YOU, CheckOutcome.WARNING, detail)
    if not role:
        return Check("you", _YOU, CheckOutcome.UNKNOWN, "could not be read")
    return Check("you", _YOU, CheckOutcome.OK, role)
