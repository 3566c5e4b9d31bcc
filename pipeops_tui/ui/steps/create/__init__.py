"""Step 7: review the changes, confirm, and watch them happen."""
