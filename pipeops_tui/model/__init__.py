"""The facts the program speaks of: frozen, free of any library, named as Azure names them. One file a subject; import
them from here."""

from __future__ import annotations

from pipeops_tui.model.accounts import Account, CloudEndpoints, DeviceCode, SignInWay, Tenant, TokenFacts
from pipeops_tui.model.checks import Check, CheckOutcome, Doubt, Write
from pipeops_tui.model.directory import Application, Directory, NewPassword, PasswordKey, SecretPolicy, ServicePrincipal
from pipeops_tui.model.plan import Credentials, Plan
from pipeops_tui.model.resources import (
    CONTRIBUTOR_ROLE_ID,
    DenyAssignment,
    EligibleRole,
    Lock,
    Permission,
    PolicyFinding,
    Provider,
    Region,
    ResourceGroup,
    RoleAssignment,
    RoleGrant,
    Subscription,
    SubscriptionPage,
    SubscriptionState,
)
from pipeops_tui.sign_in_method import SignInMethod

__all__ = [
    "CONTRIBUTOR_ROLE_ID",
    "Account",
    "Application",
    "Check",
    "CheckOutcome",
    "CloudEndpoints",
    "Credentials",
    "DenyAssignment",
    "DeviceCode",
    "Directory",
    "Doubt",
    "EligibleRole",
    "Lock",
    "NewPassword",
    "PasswordKey",
    "Permission",
    "Plan",
    "PolicyFinding",
    "Provider",
    "Region",
    "ResourceGroup",
    "RoleAssignment",
    "RoleGrant",
    "SecretPolicy",
    "ServicePrincipal",
    "SignInMethod",
    "SignInWay",
    "Subscription",
    "SubscriptionPage",
    "SubscriptionState",
    "Tenant",
    "TokenFacts",
    "Write",
]
