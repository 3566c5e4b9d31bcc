"""Wrong inputs with the findings that are expected, the first one first. `code` stands for a blocked one; others are
written `code:outcome`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipeops_tui.core.model import Lock, PolicyFinding, ResourceGroup, SubscriptionState
from tests.doctor.memory_azure import (
    CLIENT,
    GOVERNMENT_TENANT,
    GROUP,
    OTHER_SUBSCRIPTION,
    OTHER_TENANT,
    READER,
    SECRET,
    SECRET_ID,
    SUBSCRIPTION,
    TENANT,
    UNKNOWN,
    MemoryAzure,
    contributor_on,
    forbidden,
    read_only,
    refusal,
    unreachable,
)

OLD_SECRET = "J7z+4kqPp0/xN2vB:uR[9tYw@eLs5GhD"


def paste(
    group: str | None = GROUP,
    tenant: str | None = TENANT,
    client: str | None = CLIENT,
    secret: str | None = SECRET,
    subscription: str | None = SUBSCRIPTION,
) -> str:
    """The five values with PipeOps' labels; None leaves one out."""
    pairs = {
        "Resource Group Name": group,
        "Tenant ID": tenant,
        "Client ID": client,
        "Client Secret": secret,
        "Subscription ID": subscription,
    }
    return "\n".join(f"{label}: {value}" for label, value in pairs.items() if value is not None)


@dataclass(frozen=True)
class WrongInput:
    """What was pasted, how Azure is, and what must be found."""

    name: str
    text: str
    expected: tuple[str, ...]
    change: Callable[[MemoryAzure], object] = field(default=lambda azure: None)
    faults: int = 1


def _set(**fields: object) -> Callable[[MemoryAzure], object]:
    def change(azure: MemoryAzure) -> None:
        for name, value in fields.items():
            setattr(azure, name, value)

    return change


def _groups(*names: str) -> dict[str, ResourceGroup]:
    return {name: ResourceGroup(name, "westeurope") for name in names}


_DELETE_LOCK = Lock("keep", "CanNotDelete", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}")
_REGISTERING = {"Microsoft.ContainerService": "Registering"}
_UNREGISTERED = {"Microsoft.ContainerService": "NotRegistered", "Microsoft.Storage": "Unregistered"}

ONE_FAULT = (
    # values-missing
    WrongInput("three values", paste(group=None, subscription=None), ("values-missing",)),
    WrongInput("no secret", paste(secret=None), ("values-missing",)),
    WrongInput("no tenant", paste(tenant=None), ("values-missing",)),
    WrongInput("nothing at all", "hello, can you help me?", ("values-missing",)),
    WrongInput("an empty text", "", ("values-missing",)),
    WrongInput("only a message", "Error: the credentials are not valid.", ("values-missing",)),
    WrongInput("an empty variable", paste(secret=None) + "\nAZURE_CLIENT_SECRET=", ("values-missing",)),
    # secret-is-its-id
    WrongInput("the secret's id", paste(secret=SECRET_ID), ("secret-is-its-id",)),
    WrongInput("the secret's id in capitals", paste(secret=f'"{SECRET_ID.upper()}"'), ("secret-is-its-id",)),
    WrongInput(
        "the secret's id in bare lines",
        f"{GROUP}\n{TENANT}\n{CLIENT}\n{SECRET_ID}\n{SUBSCRIPTION}",
        ("secret-is-its-id",),
    ),
    # secret-malformed
    WrongInput("a placeholder", paste(secret="<your-client-secret>"), ("secret-malformed",)),
    WrongInput(
        "a placeholder in bare lines",
        f"{GROUP}\n{TENANT}\n{CLIENT}\n<client-secret>\n{SUBSCRIPTION}",
        ("secret-malformed",),
    ),
    WrongInput("another placeholder", paste(secret="YOUR_CLIENT_SECRET_VALUE"), ("secret-malformed",)),
    WrongInput("a variable", paste(secret="${AZURE_CLIENT_SECRET}"), ("secret-malformed",)),
    WrongInput("an ellipsis", paste(secret=SECRET[:20] + "…"), ("secret-malformed",)),
    WrongInput("three dots", paste(secret=SECRET[:12] + "..." + SECRET[-4:]), ("secret-malformed",)),
    WrongInput("masked by the portal", paste(secret=SECRET[:3] + "*" * 34), ("secret-malformed",)),
    WrongInput("masked with dots", paste(secret="●" * 12), ("secret-malformed",)),
    WrongInput("a blank inside", paste(secret=SECRET[:20] + " " + SECRET[20:]), ("secret-malformed",)),
    WrongInput("a letter with an accent", paste(secret=SECRET[:-1] + "é"), ("secret-malformed",)),
    WrongInput("cut off", paste(secret=SECRET[:25]), ("secret-malformed",)),
    WrongInput("very short", paste(secret="Zq38"), ("secret-malformed",)),
    WrongInput("pasted twice", paste(secret=SECRET + SECRET), ("secret-malformed",)),
    # values-swapped
    WrongInput("client and secret", paste(client=SECRET, secret=CLIENT), ("values-swapped",)),
    WrongInput("group and secret", paste(group=SECRET, secret=GROUP), ("values-swapped",)),
    WrongInput("group and tenant", paste(group=TENANT, tenant=GROUP), ("values-swapped",)),
    WrongInput("tenant and client", paste(tenant=CLIENT, client=TENANT), ("values-swapped",)),
    WrongInput("client and subscription", paste(client=SUBSCRIPTION, subscription=CLIENT), ("values-swapped",)),
    WrongInput("tenant and subscription", paste(tenant=SUBSCRIPTION, subscription=TENANT), ("values-swapped",)),
    WrongInput("all three ids", paste(tenant=CLIENT, client=SUBSCRIPTION, subscription=TENANT), ("values-swapped",)),
    WrongInput("tenant twice", paste(client=TENANT), ("values-swapped",)),
    WrongInput("subscription twice", paste(tenant=SUBSCRIPTION), ("values-swapped",)),
    WrongInput("the client as secret", paste(secret=CLIENT), ("values-swapped",)),
    WrongInput("five times the same GUID", paste(*([UNKNOWN] * 5)), ("values-swapped",)),
    WrongInput("five times the same line", f"{UNKNOWN}\n" * 5, ("values-swapped",)),
    WrongInput("the secret as group", paste(group=SECRET), ("group-missing",)),
    # tenant-unknown
    WrongInput("no such tenant", paste(tenant=UNKNOWN), ("tenant-unknown",)),
    WrongInput("a tenant that is cut off", paste(tenant=TENANT[:-1]), ("tenant-unknown",)),
    WrongInput("a placeholder as tenant", paste(tenant="<tenant-id>"), ("tenant-unknown",)),
    WrongInput("zeros", paste(tenant="00000000-0000-0000-0000-000000000000"), ("tenant-unknown",)),
    WrongInput("no such domain", paste(tenant="fabrikam.example"), ("tenant-unknown",)),
    WrongInput(
        "a tenant of another cloud",
        paste(tenant=GOVERNMENT_TENANT),
        ("tenant-unknown:unknown",),
        lambda azure: (
            azure.subscriptions.pop(SUBSCRIPTION) and azure.subscriptions.update({SUBSCRIPTION: GOVERNMENT_TENANT})
        ),
    ),
    # subscription-unknown
    WrongInput("no such subscription", paste(subscription=UNKNOWN), ("subscription-unknown",)),
    WrongInput("a subscription's name", paste(subscription="Pay-As-You-Go"), ("subscription-unknown",)),
    WrongInput("a subscription that is cut off", paste(subscription=SUBSCRIPTION[4:]), ("subscription-unknown",)),
    # subscription-elsewhere
    WrongInput("another tenant's subscription", paste(subscription=OTHER_SUBSCRIPTION), ("subscription-elsewhere",)),
    WrongInput("the subscription of another tenant", paste(tenant=OTHER_TENANT), ("subscription-elsewhere",)),
    # client-unknown
    WrongInput("no such application", paste(client=UNKNOWN), ("client-unknown",)),
    WrongInput("an application's name", paste(client="PipeOps"), ("client-unknown",)),
    WrongInput("no service principal", paste(), ("client-unknown",), _set(sign_in_fails=refusal(7000229))),
    # client-disabled
    WrongInput("disabled", paste(), ("client-disabled",), _set(sign_in_fails=refusal(7000112))),
    WrongInput("disabled by its owner", paste(), ("client-disabled",), _set(sign_in_fails=refusal(7000113))),
    # secret-wrong
    WrongInput("another secret", paste(secret="Ab17Q~" + SECRET[6:]), ("secret-wrong",)),
    WrongInput("another secret of an older form", paste(secret=OLD_SECRET), ("secret-wrong",)),
    # secret-expired
    WrongInput("expired", paste(), ("secret-expired",), _set(expired=True)),
    WrongInput(
        "expired, of an older form",
        paste(secret=OLD_SECRET),
        ("secret-expired", "secret-malformed:warning"),
        _set(expired=True, secret=OLD_SECRET),
    ),
    # sign-in-refused
    WrongInput("Conditional Access", paste(), ("sign-in-refused",), _set(late_refusal=refusal(53003))),
    WrongInput("at risk", paste(), ("client-disabled",), _set(late_refusal=refusal(53011))),
    WrongInput("a number that is not known", paste(), ("sign-in-refused",), _set(late_refusal=refusal(7000999))),
    # group-missing
    WrongInput("no such group", paste(), ("group-missing",), _set(groups={}, reads_all=True)),
    WrongInput("a blank in the group's name", paste(group="Pipe Ops RG"), ("group-missing",)),
    WrongInput("a period at the end", paste(group="PipeOpsRG."), ("group-missing",)),
    WrongInput(
        "a group that is being deleted",
        paste(),
        ("group-missing",),
        _set(groups={GROUP: ResourceGroup(GROUP, "westeurope", "Deleting")}),
    ),
    # group-name-differs
    WrongInput("a hyphen too much", paste(group="PipeOps-RG"), ("group-name-differs",)),
    WrongInput("a letter missing", paste(group="PipeOpRG"), ("group-name-differs",), _set(reads_all=True)),
    # role-missing
    WrongInput("no role at all", paste(), ("role-missing",), _set(sees=False, groups={})),
    WrongInput("no role on the group", paste(), ("role-missing",), _set(groups={})),
    WrongInput("Reader only", paste(), ("role-missing",), _set(permissions=(READER,))),
    # role-elsewhere
    WrongInput("a role on another group", paste(), ("role-elsewhere",), _set(groups=_groups("webshop", "data"))),
    WrongInput(
        "Contributor on another group, Reader here",
        paste(),
        ("role-elsewhere",),
        _set(permissions=(READER,), roles=(contributor_on("webshop"),)),
    ),
    WrongInput(
        "a role in another subscription",
        paste(),
        ("role-elsewhere",),
        _set(sees=False, elsewhere=(ResourceGroup("webshop", "westeurope"),)),
    ),
    # what does not stop the sign-in
    WrongInput("disabled subscription", paste(), ("subscription-disabled",), _set(state=SubscriptionState.DISABLED)),
    WrongInput("a read-only lock", paste(), ("locked",), _set(locks=(read_only(),))),
    WrongInput("two locks", paste(), ("locked",), _set(locks=(_DELETE_LOCK, read_only()))),
    # no answer
    WrongInput(
        "no network",
        paste(),
        ("tenant-unknown:unknown",),
        _set(
            failing={
                "tenant": unreachable(),
                "tenant_of_subscription": unreachable(),
            }
        ),
    ),
    WrongInput(
        "no network at the sign-in", paste(), ("sign-in-refused:unknown",), _set(failing={"sign_in": unreachable()})
    ),
    WrongInput(
        "the group cannot be asked",
        paste(),
        ("group-missing:unknown",),
        _set(failing={"resource_group": unreachable()}),
    ),
    WrongInput(
        "the subscription cannot be asked",
        paste(),
        ("role-missing:unknown",),
        _set(failing={"subscription": unreachable()}),
    ),
)

TWO_FAULTS = (
    WrongInput(
        "missing and the secret's id",
        paste(group=None, secret=SECRET_ID),
        ("values-missing", "secret-is-its-id"),
        faults=2,
    ),
    WrongInput(
        "missing and no such tenant", paste(group=None, tenant=UNKNOWN), ("values-missing", "tenant-unknown"), faults=2
    ),
    WrongInput("missing and expired", paste(group=None), ("values-missing", "secret-expired"), _set(expired=True), 2),
    WrongInput(
        "missing and disabled",
        paste(subscription=None),
        ("values-missing", "client-disabled"),
        _set(sign_in_fails=refusal(7000112)),
        2,
    ),
    WrongInput(
        "the secret's id and no such tenant",
        paste(tenant=UNKNOWN, secret=SECRET_ID),
        ("secret-is-its-id", "tenant-unknown"),
        faults=2,
    ),
    WrongInput(
        "the secret's id and no such application",
        paste(client=UNKNOWN, secret=SECRET_ID),
        ("secret-is-its-id", "client-unknown"),
        faults=2,
    ),
    WrongInput(
        "the secret's id and disabled",
        paste(secret=SECRET_ID),
        ("secret-is-its-id", "client-disabled"),
        _set(sign_in_fails=refusal(7000112)),
        2,
    ),
    WrongInput(
        "the secret's id and no such subscription",
        paste(secret=SECRET_ID, subscription=UNKNOWN),
        ("secret-is-its-id", "subscription-unknown"),
        faults=2,
    ),
    WrongInput(
        "the secret's id and another tenant's subscription",
        paste(secret=SECRET_ID, subscription=OTHER_SUBSCRIPTION),
        ("secret-is-its-id", "subscription-elsewhere"),
        faults=2,
    ),
    WrongInput(
        "a placeholder and a bad group",
        paste(group="my group", secret="<secret>"),
        ("secret-malformed", "group-missing"),
        faults=2,
    ),
    WrongInput(
        "no such tenant and no such subscription",
        paste(tenant=UNKNOWN, subscription=SECRET_ID),
        ("tenant-unknown", "subscription-unknown"),
        faults=2,
    ),
    WrongInput(
        "no such tenant and a bad group",
        paste(group="x y", tenant=UNKNOWN),
        ("tenant-unknown", "group-missing"),
        faults=2,
    ),
    WrongInput(
        "no such application and no such subscription",
        paste(client=UNKNOWN, subscription=SECRET_ID),
        ("client-unknown", "subscription-unknown"),
        faults=2,
    ),
    WrongInput(
        "a wrong secret and no such subscription",
        paste(secret="Ab17Q~" + SECRET[6:], subscription=UNKNOWN),
        ("secret-wrong", "subscription-unknown"),
        faults=2,
    ),
    WrongInput(
        "a wrong secret and a bad group",
        paste(group="a/b", secret="Ab17Q~" + SECRET[6:]),
        ("secret-wrong", "group-missing"),
        faults=2,
    ),
    WrongInput(
        "expired and another tenant's subscription",
        paste(subscription=OTHER_SUBSCRIPTION),
        ("secret-expired", "subscription-elsewhere"),
        _set(expired=True),
        2,
    ),
    WrongInput(
        "swapped ids and expired",
        paste(tenant=CLIENT, client=TENANT),
        ("values-swapped", "secret-expired"),
        _set(expired=True),
        2,
    ),
    WrongInput(
        "swapped ids and the secret's id",
        paste(tenant=SUBSCRIPTION, subscription=TENANT, secret=SECRET_ID),
        ("values-swapped", "secret-is-its-id"),
        faults=2,
    ),
    WrongInput(
        "swapped client and secret, no role",
        paste(client=SECRET, secret=CLIENT),
        ("values-swapped", "role-missing"),
        _set(groups={}),
        2,
    ),
    WrongInput(
        "a misspelt group and missing providers",
        paste(group="PipeOps-RG"),
        ("group-name-differs", "provider-missing:warning"),
        _set(unregistered=_UNREGISTERED),
        2,
    ),
    WrongInput(
        "no such group and registering providers",
        paste(),
        ("group-missing", "provider-missing:warning"),
        _set(groups={}, reads_all=True, unregistered=_REGISTERING),
        2,
    ),
    WrongInput(
        "Reader and a lock",
        paste(),
        ("role-missing", "locked:warning"),
        _set(permissions=(READER,), locks=(_DELETE_LOCK,)),
        2,
    ),
    WrongInput(
        "Reader and a read-only lock",
        paste(),
        ("role-missing", "locked"),
        _set(permissions=(READER,), locks=(read_only(),)),
        2,
    ),
    WrongInput(
        "a role elsewhere and a policy",
        paste(),
        ("role-elsewhere", "policy:warning"),
        _set(permissions=(READER,), roles=(contributor_on("webshop"),), policies=(PolicyFinding("Tags", "tags.Cost"),)),
        2,
    ),
    WrongInput(
        "a read-only lock and a policy",
        paste(),
        ("locked", "policy:warning"),
        _set(locks=(read_only(),), policies=(PolicyFinding("Regions"),)),
        2,
    ),
    WrongInput(
        "a disabled subscription and a refused read",
        paste(),
        ("subscription-disabled", "locked:unknown"),
        _set(state=SubscriptionState.DISABLED, failing={"locks": forbidden()}),
        2,
    ),
)

WORKS_ALL_THE_SAME = (
    WrongInput(
        "missing providers", paste(), ("works:ok", "provider-missing:warning"), _set(unregistered=_UNREGISTERED)
    ),
    WrongInput("a lock against deletion", paste(), ("works:ok", "locked:warning"), _set(locks=(_DELETE_LOCK,))),
    WrongInput(
        "a policy", paste(), ("works:ok", "policy:warning"), _set(policies=(PolicyFinding("Tags", "tags.Cost"),))
    ),
    WrongInput("a domain as tenant", paste(tenant="contoso.onmicrosoft.com"), ("works:ok", "tenant-unknown:warning")),
    WrongInput(
        "reads that are refused",
        paste(),
        ("works:ok", "role-missing:unknown", "locked:unknown", "policy:unknown", "provider-missing:unknown"),
        _set(failing={name: forbidden() for name in ("permissions", "locks", "policy_findings", "providers")}),
    ),
    WrongInput("a secret of an older form", paste(secret=OLD_SECRET), ("works:ok",), _set(secret=OLD_SECRET)),
    WrongInput(
        "a secret that Azure accepts although it is odd", paste(secret="ab c"), ("works:ok",), _set(secret="ab c")
    ),
    WrongInput("the group in other case", paste(group=GROUP.lower()), ("works:ok",)),
    WrongInput(
        "a subscription delegated to this tenant",
        paste(),
        ("works:ok",),
        _set(subscriptions={SUBSCRIPTION: OTHER_TENANT}),
    ),
    WrongInput(
        "bare lines in another order",
        f"{SUBSCRIPTION}\n{SECRET}\n{CLIENT}\n{GROUP}\n{TENANT}",
        ("works:ok",),
    ),
)
