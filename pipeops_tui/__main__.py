"""`python -m pipeops_tui`."""

import sys

from pipeops_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
