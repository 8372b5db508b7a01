"""The notebook forms and views, and the one field that secrets come in through.

A piece is loaded when it is asked for: a kernel pays for what it shows, and no more.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vippsdiag.notebook.checklist import GoLive
    from vippsdiag.notebook.copy import CopyButton
    from vippsdiag.notebook.diagnosis import DiagnosisStep
    from vippsdiag.notebook.exercise import Exercise
    from vippsdiag.notebook.guide import KeyGuide
    from vippsdiag.notebook.integrations import Integrations
    from vippsdiag.notebook.keyform import KeyForm
    from vippsdiag.notebook.mishap import Mishap
    from vippsdiag.notebook.onboarding import Onboarding
    from vippsdiag.notebook.partner import Partner
    from vippsdiag.notebook.pastebox import PasteBox
    from vippsdiag.notebook.payment import PaidStep, PaymentStep
    from vippsdiag.notebook.rail import Rail
    from vippsdiag.notebook.replybox import ReplyBox
    from vippsdiag.notebook.report import ReportButton
    from vippsdiag.notebook.rotation import BothKeys, KeyRotation
    from vippsdiag.notebook.sealed import SealedField
    from vippsdiag.notebook.start import Start
    from vippsdiag.notebook.steps import AccessStep, TokenStep
    from vippsdiag.notebook.trainer import Trainer
    from vippsdiag.notebook.trialbox import TrialBox
    from vippsdiag.notebook.troubleshooting import Troubleshooting
    from vippsdiag.notebook.views import (
        AccessMatrix,
        DiagnosisTable,
        SideBySide,
        Timeline,
    )
    from vippsdiag.notebook.workshop import Workshop

__all__ = [
    "AccessMatrix",
    "AccessStep",
    "BothKeys",
    "CopyButton",
    "DiagnosisStep",
    "DiagnosisTable",
    "Exercise",
    "GoLive",
    "Integrations",
    "KeyForm",
    "KeyGuide",
    "KeyRotation",
    "Mishap",
    "Onboarding",
    "PaidStep",
    "Partner",
    "PasteBox",
    "PaymentStep",
    "Rail",
    "ReplyBox",
    "ReportButton",
    "SealedField",
    "SideBySide",
    "Start",
    "Timeline",
    "TokenStep",
    "Trainer",
    "TrialBox",
    "Troubleshooting",
    "Workshop",
]

# The modules that the pieces are in.
HOMES = {
    "AccessMatrix": "views",
    "AccessStep": "steps",
    "BothKeys": "rotation",
    "CopyButton": "copy",
    "DiagnosisStep": "diagnosis",
    "DiagnosisTable": "views",
    "Exercise": "exercise",
    "GoLive": "checklist",
    "Integrations": "integrations",
    "KeyForm": "keyform",
    "KeyGuide": "guide",
    "KeyRotation": "rotation",
    "Mishap": "mishap",
    "Onboarding": "onboarding",
    "PaidStep": "payment",
    "Partner": "partner",
    "PasteBox": "pastebox",
    "PaymentStep": "payment",
    "Rail": "rail",
    "ReplyBox": "replybox",
    "ReportButton": "report",
    "SealedField": "sealed",
    "SideBySide": "views",
    "Start": "start",
    "Timeline": "views",
    "TokenStep": "steps",
    "Trainer": "trainer",
    "TrialBox": "trialbox",
    "Troubleshooting": "troubleshooting",
    "Workshop": "workshop",
}


def __getattr__(name: str) -> object:
    """Load the module of a piece, and return the piece."""
    if name not in HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
