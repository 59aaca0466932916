"""The two screens of papers: search and candidates."""
