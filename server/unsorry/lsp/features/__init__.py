"""One LSP feature a module: ``register(workspace)`` attaches its handlers. The list of them is in the registry."""
