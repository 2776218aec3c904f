"""The database: base, engine, sessions and the one way to write."""
