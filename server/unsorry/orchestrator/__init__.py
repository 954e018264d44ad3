"""Which strategy next, on what, when to stop: documents, sessions, searches, the queue, and the provers' health."""
