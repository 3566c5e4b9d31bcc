"""Azure Resource Manager: subscriptions, locations, resource groups, providers, Azure RBAC."""
