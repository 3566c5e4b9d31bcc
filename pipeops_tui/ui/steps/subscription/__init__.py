"""Step 2: choose the subscription to bill."""
