"""A workshop on the sandbox: seats, exercises that are played on it, and a board.

Who learns and who leads the workshop reach it with `Link`, in this process or over the
network; `vippsdiag.sandbox.workshop.control` answers.
"""
