"""One LSP feature a module: ``register(server)`` attaches its handlers. The list of them is in the registry."""
