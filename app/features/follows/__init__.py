"""Who follows which subject, secretly: a follow is its person's alone, and no count moves when it is made."""
