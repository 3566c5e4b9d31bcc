"""Microsoft Graph v1.0 as far as applications, service principals, their secrets and the signed-in user go."""
