"""The screens of the board: what is opened over it, and what it asks.

Dialogs return what a person decided and change nothing; the lists (archive, statistics, responses, channels) call the
use cases themselves, since a person works through them.
"""
