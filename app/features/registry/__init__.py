"""Public organisations: what the registry knows of them, how they are found, and what they likely need.

Everything here is public (C0). What a partner knows of its own customers is another room's business.
"""
