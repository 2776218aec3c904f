"""What payment providers tell: signed events, each stored before anything else, each done once."""
