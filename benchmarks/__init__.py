"""Measurements. Ratios within one run; absolute figures depend on the machine."""
