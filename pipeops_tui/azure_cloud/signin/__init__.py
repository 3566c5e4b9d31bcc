"""The four ways to sign in, and which of them can work here."""
