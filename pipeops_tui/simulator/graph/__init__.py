"""Microsoft Graph v1.0: applications, service principals, their secrets, and the signed-in user."""
