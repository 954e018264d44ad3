"""One LSP feature a module: ``register(session)`` attaches its handlers. The list of them is in the registry."""
