"""What merchants are told of: the events, and how they are delivered."""
