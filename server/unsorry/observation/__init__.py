"""Logs and metrics for whoever runs Unsorry: readers of the engine's events, off unless settings ask for them."""
