"""The grounds that text stands on: the board's own, and those of cards in a state."""

PLAIN, CURSOR, MARKED, GHOST = "", "cursor", "marked", "ghost"
