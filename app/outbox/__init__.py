"""The transactional outbox: one table for all asynchronous work, indexing included.

A job is a row written in the transaction of the change it follows, so neither can exist without
the other. Delivery is at least once; handlers converge and may run twice.
"""
