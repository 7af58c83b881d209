"""In-memory versions of the ports; the contract suite holds them to what the real adapters promise."""
