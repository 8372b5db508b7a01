"""``python -m vippsdiag`` is the same as ``vippsdiag``."""

import sys

from vippsdiag.cli import main

sys.exit(main())
