"""Requests in the source of a program, whatever language that looks like C."""
