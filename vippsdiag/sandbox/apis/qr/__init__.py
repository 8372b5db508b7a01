"""The QR API, version 1, as its specification of 2024 has it."""

from vippsdiag.sandbox.apis.qr import callbacks, exchanges, pictures, redirects

LANDING = callbacks.LANDING

ROUTES = (
    *redirects.ROUTES,
    *callbacks.ROUTES,
    *exchanges.ROUTES,
    *pictures.ROUTES,
)
