"""What one practises on: a partner's fleet, a shop whose keys change, settings."""
