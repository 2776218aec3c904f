"""What payment providers tell: signed events, each taken in once, in whatever order they come."""
