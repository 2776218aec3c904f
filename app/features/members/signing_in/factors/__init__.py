"""Second factors: codes of an app, passkeys, recovery codes; asking for one, and adding and removing them.

Everything here acts for the system and for one person, the one who is signing in or signed in: it reads and
writes by `person_id` alone.
"""
