"""How calls reach the sandbox: over the network, or in this process."""
