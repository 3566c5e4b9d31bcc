"""Step 6: confirm the role assignment: Contributor on the resource group."""
