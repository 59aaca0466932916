"""The command line: plain text on stdout, everything else on stderr; Textual only to open the board."""
