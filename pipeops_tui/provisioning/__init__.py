"""Creating what the plan says, so that every run can be finished or undone. Pure: speaks to Azure through `ports`."""
