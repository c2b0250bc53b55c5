"""Codirector: chat your way to a picture, one change a turn. The rooms below import downwards only (see README)."""

__version__ = "0.1.0"
