"""Microsoft Entra ID: discovery, device codes, authorization codes, tokens."""
