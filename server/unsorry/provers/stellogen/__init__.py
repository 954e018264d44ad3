"""The room of Stellogen."""
