"""``python -m gkaudit``."""

import sys

from gkaudit.cli import main

if __name__ == "__main__":
    sys.exit(main())
