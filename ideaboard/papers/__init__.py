"""arXiv as a source: identifiers, queries, the gateway, watches and taste."""
