"""Wrong inputs for the simulated Azure, with exactly what must be found, the right one first. `code` is a blocked
finding; others are written `code:outcome`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipeops_tui.simulator.world.roles import CONTRIBUTOR, READER
from tests.doctor.simulated_place import GROUP, NO_TENANT, NOTHING, Place

Change = Callable[[Place], object]
ONLY_WITH_ACCOUNT = ("policy:warning", "provider-missing:warning")
PROVIDERS = ("provider-missing:unknown",)
"""Unread by an application that sees the subscription, and has no role on all of it."""
BOTH = ("policy:unknown", "provider-missing:unknown")
"""Unread by an application that sees its group."""


@dataclass(frozen=True)
class SimulatedInput:
    """How Azure is, what is pasted there, and what must be found."""

    name: str
    expected: tuple[str, ...]
    """With the person's own account too."""
    paste: Callable[[Place], str] = field(default=lambda at: at.paste())
    change: Change = field(default=lambda at: None)
    unread: tuple[str, ...] = ()
    """What the application is not allowed to read."""
    alone: tuple[str, ...] | None = None
    """What is found without the person's account, where that is not `expected` with `unread` in place of what only
    that account can read."""

    @property
    def without_account(self) -> tuple[str, ...]:
        """What must be found without the person's account."""
        if self.alone is not None:
            return self.alone
        own = [code for code in self.expected if code not in ONLY_WITH_ACCOUNT]
        grave = [code for code in own if not code.endswith(":warning")]
        return (*grave, *self.unread, *(code for code in own if code.endswith(":warning")))


def _with(
    change: Change = lambda at: None, **changed: Callable[[Place], str | None] | str | None
) -> Callable[[Place], str]:
    """The five values with others in their places: texts, or what a function makes of the place."""

    def made(at: Place) -> str:
        change(at)
        return at.paste(**{name: value(at) if callable(value) else value for name, value in changed.items()})

    return made


def _all(*changes: Change) -> Change:
    def change(at: Place) -> None:
        for one in changes:
            one(at)

    return change


def _elsewhere(at: Place) -> str:
    """A subscription of another tenant."""
    found = at.world.subscriptions.values()
    return next(one.subscription_id for one in found if one.tenant_id == at.fabrikam.tenant_id)


def _disabled(at: Place) -> None:
    at.subscription.state = "Disabled"


def sovereign(at: Place) -> str:
    """A tenant that is in the cloud of the US Government."""
    for one in at.world.directory.tenants.values():
        if one.display_name == "Northwind Traders":
            one.instance = "microsoftonline.us"
            return one.tenant_id
    raise AssertionError("there is no such tenant")


def _groups(*names: str) -> Change:
    """The application is Contributor on these groups and on no other."""

    def change(at: Place) -> None:
        at.take_role()
        for name in names:
            at.give(CONTRIBUTOR, at.add_group(name).scope)

    return change


def _reads_all(at: Place) -> None:
    """It can read the whole subscription, so that a group that is not there is seen to be missing."""
    at.give(READER, at.subscription.scope)


def _secret_id(at: Place) -> str:
    return at.password.key_id


def _tenant(at: Place) -> str:
    return at.tenant.tenant_id


def _client(at: Place) -> str:
    return at.application.app_id


def _subscription(at: Place) -> str:
    return at.subscription.subscription_id


def _secret(at: Place) -> str:
    return at.secret


def _other_secret(at: Place) -> str:
    return at.secret[:6] + at.secret[:5:-1]


def _in_other_subscription(at: Place) -> None:
    other = at.add_subscription()
    at.only(CONTRIBUTOR, at.add_group("webshop", other).scope)


ONE_FAULT = (
    # values-missing
    SimulatedInput("no group and no subscription", ("values-missing",), _with(group=None, subscription=None)),
    SimulatedInput("no secret", ("values-missing",), _with(secret=None)),
    SimulatedInput("no client", ("values-missing",), _with(client=None)),
    SimulatedInput("nothing", ("values-missing",), lambda at: "Error: the credentials are not valid"),
    # secret-is-its-id
    SimulatedInput("the secret's id", ("secret-is-its-id",), _with(secret=_secret_id)),
    SimulatedInput(
        "the secret's id in capitals", ("secret-is-its-id",), _with(secret=lambda at: _secret_id(at).upper())
    ),
    SimulatedInput(
        "the secret's id in bare lines",
        ("secret-is-its-id",),
        lambda at: "\n".join((GROUP, _tenant(at), _client(at), _secret_id(at), _subscription(at))),
    ),
    # secret-malformed
    SimulatedInput("a placeholder", ("secret-malformed",), _with(secret="<client-secret>")),
    SimulatedInput("cut off", ("secret-malformed",), _with(secret=lambda at: at.secret[:-6])),
    SimulatedInput("an ellipsis", ("secret-malformed",), _with(secret=lambda at: f"{at.secret[:20]}…")),
    SimulatedInput("masked", ("secret-malformed",), _with(secret=lambda at: at.secret[:3] + "*" * 37)),
    SimulatedInput("pasted twice", ("secret-malformed",), _with(secret=lambda at: at.secret * 2)),
    SimulatedInput(
        "a blank inside", ("secret-malformed",), _with(secret=lambda at: f"{at.secret[:9]} {at.secret[9:]}")
    ),
    # values-swapped
    SimulatedInput(
        "tenant and client",
        ("values-swapped",),
        _with(tenant=_client, client=_tenant),
        unread=BOTH,
    ),
    SimulatedInput(
        "client and subscription", ("values-swapped",), _with(client=_subscription, subscription=_client), unread=BOTH
    ),
    SimulatedInput(
        "tenant and subscription", ("values-swapped",), _with(tenant=_subscription, subscription=_tenant), unread=BOTH
    ),
    SimulatedInput(
        "client and secret",
        ("values-swapped",),
        _with(client=_secret, secret=_client),
        unread=BOTH,
    ),
    SimulatedInput(
        "group and secret",
        ("values-swapped",),
        _with(group=_secret, secret=GROUP),
        unread=BOTH,
    ),
    SimulatedInput(
        "all ids one box too far",
        ("values-swapped",),
        _with(tenant=_subscription, client=_tenant, subscription=_client),
        unread=BOTH,
    ),
    SimulatedInput("tenant twice", ("values-swapped",), _with(client=_tenant)),
    SimulatedInput("five times the same", ("values-swapped",), lambda at: "\n".join([NOTHING] * 5)),
    # tenant-unknown
    SimulatedInput("no such tenant", ("tenant-unknown",), _with(tenant=NO_TENANT)),
    SimulatedInput("no such domain", ("tenant-unknown",), _with(tenant="nowhere.example")),
    SimulatedInput("a tenant that is cut off", ("tenant-unknown",), _with(tenant=lambda at: _tenant(at)[:-2])),
    SimulatedInput("another cloud", ("subscription-elsewhere", "tenant-unknown:unknown"), _with(tenant=sovereign)),
    # subscription-unknown
    SimulatedInput("no such subscription", ("subscription-unknown",), _with(subscription=NOTHING)),
    SimulatedInput("a subscription's name", ("subscription-unknown",), _with(subscription="Servers")),
    SimulatedInput(
        "a subscription that is cut off",
        ("subscription-unknown",),
        _with(subscription=lambda at: _subscription(at)[1:]),
    ),
    # subscription-elsewhere
    SimulatedInput("a subscription of another tenant", ("subscription-elsewhere",), _with(subscription=_elsewhere)),
    SimulatedInput("another tenant", ("subscription-elsewhere",), _with(tenant=lambda at: at.fabrikam.tenant_id)),
    # client-unknown
    SimulatedInput("no such application", ("client-unknown",), _with(client=NOTHING)),
    SimulatedInput("an application's name", ("client-unknown",), _with(client="PipeOps")),
    SimulatedInput("no service principal", ("client-unknown",), change=lambda at: at.drop_principal()),
    SimulatedInput(
        "a deleted application",
        ("client-unknown",),
        change=lambda at: at.world.directory.delete_application(at.application),
    ),
    # client-disabled
    SimulatedInput("sign-in switched off", ("client-disabled",), change=lambda at: at.switch_off()),
    SimulatedInput("deactivated", ("client-disabled",), change=lambda at: at.deactivate()),
    SimulatedInput(
        "disabled by Microsoft",
        ("client-disabled",),
        change=lambda at: at.application.properties.update(
            disabledByMicrosoftStatus="DisabledDueToViolationOfServicesAgreement"
        ),
    ),
    # secret-wrong
    SimulatedInput("another secret", ("secret-wrong",), _with(secret=_other_secret)),
    SimulatedInput("a removed secret", ("secret-wrong",), change=lambda at: at.drop_secret()),
    SimulatedInput("the old kind of secret", ("secret-wrong",), _with(secret="J7z+4kqPp0/xN2vB:uR[9tYw@eLs5GhD")),
    # secret-expired
    SimulatedInput("expired", ("secret-expired",), change=lambda at: at.expire()),
    SimulatedInput("the older of two", ("secret-expired",), lambda at: at.paste(secret=at.add_secret(-3)[1])),
    SimulatedInput(
        "expired, with a role on the whole subscription",
        ("secret-expired",),
        change=_all(lambda at: at.only(CONTRIBUTOR, at.subscription.scope), lambda at: at.expire()),
    ),
    # sign-in-refused
    SimulatedInput("Conditional Access", ("sign-in-refused",), change=lambda at: at.block_programs()),
    SimulatedInput(
        "Conditional Access and the group in small letters",
        ("sign-in-refused",),
        _with(group=GROUP.upper()),
        lambda at: at.block_programs(),
    ),
    # group-missing
    SimulatedInput("no such group", ("group-missing",), change=_all(_reads_all, lambda at: at.remove_group())),
    SimulatedInput(
        "a blank in the group's name",
        ("group-missing",),
        _with(group="pipeops group"),
        unread=PROVIDERS,
    ),
    SimulatedInput(
        "being deleted",
        ("group-missing",),
        change=lambda at: at.begin_deletion(),
        unread=PROVIDERS,
    ),
    # group-name-differs
    SimulatedInput(
        "a letter missing",
        ("group-name-differs",),
        _with(group="pipeops-grup"),
        unread=PROVIDERS,
    ),
    SimulatedInput(
        "no hyphen",
        ("group-name-differs",),
        _with(group="PipeOpsGroup"),
        unread=PROVIDERS,
    ),
    SimulatedInput("a hyphen too much", ("group-name-differs",), _with(group="pipe-ops-group"), _reads_all),
    # role-missing
    SimulatedInput("no role", ("role-missing",), change=lambda at: at.take_role()),
    SimulatedInput(
        "Reader only",
        ("role-missing",),
        change=lambda at: at.only(READER),
        unread=BOTH,
    ),
    SimulatedInput(
        "Reader on the subscription", ("role-missing",), change=lambda at: at.only(READER, at.subscription.scope)
    ),
    # role-elsewhere
    SimulatedInput(
        "a role on another group",
        ("role-elsewhere",),
        change=_groups("webshop"),
        unread=PROVIDERS,
    ),
    SimulatedInput(
        "a role on two other groups", ("role-elsewhere",), change=_groups("webshop", "data"), unread=PROVIDERS
    ),
    SimulatedInput(
        "Contributor there, Reader here",
        ("role-elsewhere",),
        change=_all(_groups("webshop"), lambda at: at.give(READER, at.group.scope)),
        unread=BOTH,
    ),
    SimulatedInput("in another subscription", ("role-elsewhere",), change=_in_other_subscription),
    SimulatedInput(
        "not there and not to be read",
        ("group-missing",),
        change=_all(lambda at: at.take_role(), lambda at: at.remove_group()),
        alone=("role-missing",),
    ),
    SimulatedInput("assigned a moment ago", ("role-missing",), change=lambda at: at.assign_now()),
    # client-is-object-id
    SimulatedInput(
        "the application's object id",
        ("client-is-object-id",),
        _with(client=lambda at: at.application.object_id),
        alone=("client-unknown",),
    ),
    SimulatedInput(
        "the service principal's object id",
        ("client-is-object-id",),
        _with(client=lambda at: at.principal.object_id),
        alone=("client-unknown",),
    ),
    # subscription-disabled
    SimulatedInput(
        "a disabled subscription",
        ("subscription-disabled",),
        change=_disabled,
        unread=BOTH,
    ),
    SimulatedInput(
        "a deleted subscription",
        ("subscription-disabled",),
        change=lambda at: setattr(at.subscription, "state", "Deleted"),
        unread=BOTH,
    ),
    # locked
    SimulatedInput(
        "a read-only lock",
        ("locked",),
        change=lambda at: at.lock("ReadOnly"),
        unread=BOTH,
    ),
    SimulatedInput(
        "two locks",
        ("locked",),
        change=_all(lambda at: at.lock("CanNotDelete"), lambda at: at.lock("ReadOnly")),
        unread=BOTH,
    ),
)

TWO_FAULTS = (
    SimulatedInput(
        "an object id and expired",
        ("client-is-object-id", "secret-expired"),
        _with(client=lambda at: at.application.object_id),
        lambda at: at.expire(),
        alone=("client-unknown",),
    ),
    SimulatedInput(
        "an object id and no role",
        ("client-is-object-id", "role-missing"),
        _with(client=lambda at: at.principal.object_id),
        lambda at: at.take_role(),
        alone=("client-unknown",),
    ),
    SimulatedInput(
        "switched off and expired",
        ("client-disabled", "secret-expired"),
        change=_all(lambda at: at.switch_off(), lambda at: at.expire()),
        alone=("client-disabled",),
    ),
    SimulatedInput(
        "expired and no role",
        ("secret-expired", "role-missing"),
        change=_all(lambda at: at.take_role(), lambda at: at.expire()),
        alone=("secret-expired",),
    ),
    SimulatedInput(
        "a removed secret and a role in another subscription",
        ("secret-wrong", "role-elsewhere"),
        change=_all(_in_other_subscription, lambda at: at.drop_secret()),
        alone=("secret-wrong",),
    ),
    SimulatedInput(
        "a wrong secret and a misspelt group",
        ("secret-wrong", "group-name-differs"),
        _with(secret=_other_secret, group="pipeops-grup"),
        alone=("secret-wrong",),
    ),
    SimulatedInput(
        "no such tenant and the secret of another application",
        ("tenant-unknown", "secret-wrong"),
        _with(tenant=NO_TENANT, secret="Zz98Q~kT4wB1nXs9.dLr7_Hc2-Ym6pVf0~uGaEjR"),
        alone=("tenant-unknown",),
    ),
    SimulatedInput(
        "expired and a read-only lock",
        ("secret-expired", "locked"),
        change=_all(lambda at: at.expire(), lambda at: at.lock("ReadOnly")),
        alone=("secret-expired",),
    ),
    SimulatedInput(
        "expired and a disabled subscription",
        ("secret-expired", "subscription-disabled"),
        change=_all(lambda at: at.expire(), _disabled),
        alone=("secret-expired",),
    ),
    SimulatedInput(
        "no group and the secret's id", ("values-missing", "secret-is-its-id"), _with(group=None, secret=_secret_id)
    ),
    SimulatedInput(
        "no group and expired", ("values-missing", "secret-expired"), _with(group=None), lambda at: at.expire()
    ),
    SimulatedInput(
        "no subscription and disabled",
        ("values-missing", "client-disabled"),
        _with(subscription=None),
        lambda at: at.switch_off(),
    ),
    SimulatedInput(
        "the secret's id and no such tenant",
        ("secret-is-its-id", "tenant-unknown"),
        _with(tenant=NO_TENANT, secret=_secret_id),
    ),
    SimulatedInput(
        "the secret's id and no such application",
        ("secret-is-its-id", "client-unknown"),
        _with(client=NOTHING, secret=_secret_id),
    ),
    SimulatedInput(
        "the secret's id and switched off",
        ("secret-is-its-id", "client-disabled"),
        _with(secret=_secret_id),
        lambda at: at.switch_off(),
    ),
    SimulatedInput(
        "the secret's id and another tenant's subscription",
        ("secret-is-its-id", "subscription-elsewhere"),
        _with(subscription=_elsewhere, secret=_secret_id),
    ),
    SimulatedInput(
        "a placeholder and a bad group",
        ("secret-malformed", "group-missing"),
        _with(group="my group", secret="<secret>"),
    ),
    SimulatedInput(
        "swapped and expired",
        ("values-swapped", "secret-expired"),
        _with(tenant=_client, client=_tenant),
        lambda at: at.expire(),
    ),
    SimulatedInput(
        "swapped and a misspelt group",
        ("values-swapped", "group-name-differs"),
        _with(client=_subscription, subscription=_client, group="pipeops-grup"),
        unread=PROVIDERS,
    ),
    SimulatedInput(
        "swapped and no role",
        ("values-swapped", "role-missing"),
        _with(client=_secret, secret=_client),
        lambda at: at.take_role(),
    ),
    SimulatedInput(
        "a wrong secret and no such subscription",
        ("secret-wrong", "subscription-unknown"),
        _with(secret=_other_secret, subscription=NOTHING),
    ),
    SimulatedInput(
        "no such tenant and no such subscription",
        ("tenant-unknown", "subscription-unknown"),
        _with(tenant=NO_TENANT, subscription=NOTHING),
    ),
    SimulatedInput(
        "no such application and no such subscription",
        ("client-unknown", "subscription-unknown"),
        _with(client=NO_TENANT, subscription=NOTHING),
    ),
    SimulatedInput(
        "expired and a bad group", ("secret-expired", "group-missing"), _with(group="a/b"), lambda at: at.expire()
    ),
    SimulatedInput(
        "blocked and another tenant's subscription",
        ("sign-in-refused", "subscription-elsewhere"),
        _with(subscription=_elsewhere),
        lambda at: at.block_programs(),
    ),
    SimulatedInput(
        "a misspelt group and missing providers",
        ("group-name-differs", "provider-missing:warning"),
        _with(group="pipeops-grup"),
        lambda at: at.unregister(),
        unread=PROVIDERS,
    ),
    SimulatedInput(
        "a disabled subscription and a read-only lock",
        ("subscription-disabled", "locked"),
        change=_all(_disabled, lambda at: at.lock("ReadOnly")),
        unread=BOTH,
    ),
    SimulatedInput(
        "Reader and a read-only lock",
        ("role-missing", "locked"),
        change=_all(lambda at: at.only(READER), lambda at: at.lock("ReadOnly")),
        unread=BOTH,
    ),
    SimulatedInput(
        "a read-only lock and a policy",
        ("locked", "policy:warning"),
        change=_all(lambda at: at.lock("ReadOnly"), lambda at: at.require_tag()),
        unread=BOTH,
    ),
)

WORKS_ALL_THE_SAME = (
    SimulatedInput(
        "missing providers", ("works:ok", "provider-missing:warning"), change=lambda at: at.unregister(), unread=BOTH
    ),
    SimulatedInput(
        "a lock against deletion",
        ("works:ok", "locked:warning"),
        change=lambda at: at.lock("CanNotDelete"),
        unread=BOTH,
    ),
    SimulatedInput(
        "a policy",
        ("works:ok", "policy:warning"),
        change=lambda at: at.require_tag(),
        unread=BOTH,
    ),
    SimulatedInput(
        "a domain as tenant", ("works:ok", "tenant-unknown:warning"), _with(tenant="contoso.com"), unread=BOTH
    ),
    SimulatedInput(
        "the group in capitals",
        ("works:ok",),
        _with(group=GROUP.upper()),
        unread=BOTH,
    ),
    SimulatedInput(
        "a role on the whole subscription",
        ("works:ok",),
        change=lambda at: at.only(CONTRIBUTOR, at.subscription.scope),
    ),
    SimulatedInput(
        "the newer of two secrets",
        ("works:ok",),
        change=lambda at: at.add_secret(-3),
        unread=BOTH,
    ),
    SimulatedInput(
        "an application that Azure has refused something",
        ("works:ok", "server-failed:warning"),
        change=lambda at: at.remember("OperationNotAllowed"),
        unread=BOTH,
        alone=("works:ok", *BOTH),
    ),
    SimulatedInput(
        "an application that Azure has refused two things",
        ("works:ok", "room:warning", "server-failed:warning"),
        change=_all(lambda at: at.remember("Conflict"), lambda at: at.remember("QuotaExceeded")),
        alone=("works:ok", *BOTH),
    ),
    SimulatedInput(
        "an error about the quota beside them",
        ("works:ok", "room:warning"),
        lambda at: f'{at.paste()}\nError: creating Cluster: Code="ErrCode_InsufficientVCPUQuota"',
        unread=BOTH,
    ),
    SimulatedInput(
        "an error about the region beside them",
        ("works:ok", "room:warning"),
        lambda at: f'{{"error": {{"code": "RequestDisallowedByAzure"}}}}\n{at.paste()}',
        unread=BOTH,
    ),
)
