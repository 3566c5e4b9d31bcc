"""Step 8: copy the five values into the form of PipeOps."""
