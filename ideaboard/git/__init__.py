"""The person's git: how it is run (`program`), its rules for a board (`rules`), and a board's repository."""
