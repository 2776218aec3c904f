"""Who belongs to a company: inviting, joining, roles, suspending, removing, leaving."""
