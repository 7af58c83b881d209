"""One use case a file: each takes its ports in the constructor and decides nothing that `domain` could."""
