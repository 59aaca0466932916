"""From an idea to what others see: drafts, share texts, the changelog, feeds and the page. Writes only where told."""
