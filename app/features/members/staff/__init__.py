"""Vendor staff: console and queues, roles, break-glass. No step that needs two people is ever done by one."""
