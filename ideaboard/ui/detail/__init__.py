"""Everything about one idea, beside the board or over it."""
