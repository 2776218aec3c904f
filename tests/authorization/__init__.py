"""Who may do what, proved on every route, both faces and both databases.

`actors` are who asks, `world` what company A owns, `addresses` where it stands, `expecting` what the
policies of routes say each actor must get. A route without an address fails.
"""
