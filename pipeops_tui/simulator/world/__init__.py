"""What exists in the simulated Azure and the rules it follows; no HTTP."""
