"""Who is asking. Nobody can sign in yet: every reader is anonymous."""
