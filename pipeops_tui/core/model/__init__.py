"""The facts that the program works with: frozen dataclasses, without any SDK, named as Azure names them.

One file for each subject; other rooms import from here. Each file is loaded when one of its names is first used:
making its dataclasses takes milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.core.lazy_names import lazy_names
from pipeops_tui.core.option_values import SignInMethod

if TYPE_CHECKING:
    from pipeops_tui.core.model.capacity import MachineSize, Quota
    from pipeops_tui.core.model.directory import (
        SINGLE_TENANT,
        Account,
        Application,
        CloudEndpoints,
        DeviceCode,
        Directory,
        DirectoryMember,
        NewPassword,
        PasswordKey,
        SecretPolicy,
        ServicePrincipal,
        SignInOption,
        Tenant,
        TokenFacts,
    )
    from pipeops_tui.core.model.plan import Check, CheckOutcome, Credentials, Doubt, Plan, Write
    from pipeops_tui.core.model.resources import (
        CONTRIBUTOR_ROLE_ID,
        Cluster,
        DenyAssignment,
        EligibleRole,
        Lock,
        Permission,
        PolicyFinding,
        Provider,
        Region,
        RegionRestriction,
        Resource,
        ResourceGroup,
        RoleAssignment,
        RoleGrant,
        Subscription,
        SubscriptionPage,
        SubscriptionState,
    )
else:
    __getattr__ = lazy_names(
        __name__,
        {
            "capacity": "MachineSize Quota",
            "directory": (
                "SINGLE_TENANT Account Application CloudEndpoints DeviceCode Directory DirectoryMember "
                "NewPassword PasswordKey SecretPolicy ServicePrincipal SignInOption Tenant TokenFacts"
            ),
            "plan": "Check CheckOutcome Credentials Doubt Plan Write",
            "resources": (
                "CONTRIBUTOR_ROLE_ID Cluster DenyAssignment EligibleRole Lock Permission PolicyFinding "
                "Provider Region RegionRestriction Resource ResourceGroup RoleAssignment RoleGrant Subscription "
                "SubscriptionPage SubscriptionState"
            ),
        },
    )
