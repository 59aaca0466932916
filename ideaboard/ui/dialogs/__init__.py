"""What is opened over a screen, and what it asks.

Dialogs return what a person decided and change nothing; the lists (archive, statistics, responses, channels) call the
use cases themselves, since a person works through them.
"""
