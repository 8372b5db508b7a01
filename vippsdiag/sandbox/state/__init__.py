"""What the sandbox remembers: in memory, in a file, or on a server."""
