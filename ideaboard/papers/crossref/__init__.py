"""Crossref as a source of papers: what publishers tell about their DOIs (api.crossref.org)."""
