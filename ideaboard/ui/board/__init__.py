"""The board screen: the columns, their cards, and what their keys do."""
