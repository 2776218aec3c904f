"""Who people are: companies, members, staff; signing in and what each may do; the audit trail; mail to them.

`models` are the people themselves; each folder owns one side of them and its own tables.
"""
