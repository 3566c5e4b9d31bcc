"""Step 5: name the application, and choose when its client secret expires."""
