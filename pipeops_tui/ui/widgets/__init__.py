"""The pieces that screens are made of. Nothing here knows Azure or the journey's order."""
