"""The notebook forms and views, and the one field that secrets come in through."""

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
