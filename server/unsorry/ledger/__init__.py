"""The ledger: a durable record of what was tried, what worked, and how provers fared; and queries over it.

SQL lives in this room and nowhere else. Nothing here imports a database before the ledger is first used.
"""
