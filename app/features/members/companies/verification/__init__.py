"""Verification: a company shows who it is, staff decide with a reason, a second person hears one appeal."""
