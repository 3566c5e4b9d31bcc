"""The pieces on their own, without Azure."""
