"""The editor's face: a language server over the engine. Only this package speaks LSP."""
