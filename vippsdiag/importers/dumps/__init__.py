"""What programs, servers and browsers write down of their calls."""
