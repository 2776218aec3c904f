"""Roles of staff: one platform admin proposes, another confirms. Nobody confirms his own, or for himself."""
