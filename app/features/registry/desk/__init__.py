"""What staff do about the registry in their console: deciding what readers reported."""
