"""Who follows which subject, secretly. Nobody can sign in yet, so nobody follows anything."""
