"""``python -m unsorry``: the command line."""

import sys

from unsorry.cli import main

if __name__ == "__main__":
    sys.exit(main())
