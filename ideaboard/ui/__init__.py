"""The board in the terminal: the only part of the program that imports Textual."""
