"""What can be asked of the sandbox itself, and its log of calls."""
