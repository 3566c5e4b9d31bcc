"""Step 4: confirm the tenant that the application is registered in."""
