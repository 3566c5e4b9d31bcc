"""Every way in which connecting Azure is known to go wrong in real tenants, and what the program has against it.

Collected from public issues of Azure CLI, azd, Azure PowerShell, the Terraform providers and Microsoft's documents. A
situation that a rule explains carries what arrives on the wire; one that a check foresees, the answers it reads; one
that cannot happen by design, the test that holds the design; and one that this program does not meet, why.
"""
