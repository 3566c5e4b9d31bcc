"""Step 3: choose or name the resource group, and its region."""
