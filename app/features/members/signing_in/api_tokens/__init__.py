"""Personal API tokens: made by a member, approved by an admin, narrowed to scopes, over one day."""
