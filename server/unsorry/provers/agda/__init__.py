"""The room of Agda."""
