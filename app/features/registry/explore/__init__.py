"""Exploring what is public: organisations, needs and facts by industry, province, level and need.

Numbers on these pages are stored counts (`recounting.py`) or stop at a bound; none is counted in full
per request.
"""
