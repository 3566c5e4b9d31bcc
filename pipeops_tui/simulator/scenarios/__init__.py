"""The named worlds. `catalog` says which there are and imports nothing heavy; the other modules build them."""
