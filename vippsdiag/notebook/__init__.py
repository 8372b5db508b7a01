"""The notebook forms and views, and the one field that secrets come in through."""

from vippsdiag.notebook.copy import CopyButton
from vippsdiag.notebook.integrations import Integrations
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.partner import Partner
from vippsdiag.notebook.pastebox import PasteBox
from vippsdiag.notebook.replybox import ReplyBox
from vippsdiag.notebook.report import ReportButton
from vippsdiag.notebook.rotation import KeyRotation
from vippsdiag.notebook.sealed import SealedField
from vippsdiag.notebook.steps import (
    AccessStep,
    DiagnosisStep,
    Onboarding,
    TokenStep,
)
from vippsdiag.notebook.troubleshooting import Troubleshooting

__all__ = [
    "AccessStep",
    "CopyButton",
    "DiagnosisStep",
    "Integrations",
    "KeyForm",
    "KeyRotation",
    "Onboarding",
    "Partner",
    "PasteBox",
    "ReplyBox",
    "ReportButton",
    "SealedField",
    "TokenStep",
    "Troubleshooting",
]
