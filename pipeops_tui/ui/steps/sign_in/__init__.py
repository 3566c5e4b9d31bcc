"""Step 1: sign in to Azure."""
