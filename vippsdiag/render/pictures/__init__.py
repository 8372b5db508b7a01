"""Pictures where people would rather look than read, each with a plain text twin.

A module a picture. Each has a small value that holds all that is shown, a function of
the module's own name that gathers it, and two that show it: ``svg`` and ``text``.

    shown = waterfall.waterfall(report.evidence.exchanges)
    page = waterfall.svg(shown)
    twin = waterfall.text(shown)
"""

from vippsdiag.render.pictures import (
    bars,
    history,
    lifetime,
    matrix,
    strip,
    timeline,
    waterfall,
)

__all__ = ["bars", "history", "lifetime", "matrix", "strip", "timeline", "waterfall"]
