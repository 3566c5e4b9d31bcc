"""Screens as a person meets them: the real SDKs, over TLS, against a simulated Azure."""
