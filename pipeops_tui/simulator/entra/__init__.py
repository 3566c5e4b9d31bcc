"""Microsoft Entra ID as far as signing in goes: discovery, device codes, authorization codes, tokens."""
