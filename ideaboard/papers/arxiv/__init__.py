"""arXiv as it is asked: courteously, with patience, and believing nothing that it did not say."""
