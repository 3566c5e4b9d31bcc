"""Signs in by one of several methods, and finds out which of them can work here."""
