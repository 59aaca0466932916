"""The person's git: how it is run (`program`), and the repository that a board lies in (`repository`)."""
