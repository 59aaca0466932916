"""ideaboard: a keyboard-driven board for people who create in public.

This module imports nothing, so that every entry point pays only for what it uses.
"""

__version__ = "0.1.0"
