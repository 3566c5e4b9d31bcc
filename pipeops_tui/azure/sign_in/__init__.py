"""Signs in by one of four methods, and finds out which of them can work here."""
