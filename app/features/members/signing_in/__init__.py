"""Signing in: sessions, passwords, second factors, API tokens, and the single-use links that mails carry."""
