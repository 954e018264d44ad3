"""Benchmarks. They measure Unsorry as it is for somebody new: nothing is remembered of earlier runs, or recorded."""

import os

os.environ.setdefault("UNSORRY_LEDGER", "off")
