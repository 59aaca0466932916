"""The domain: ideas, the board, filters and the changelog as values. No I/O, no third party, no wall clock."""
