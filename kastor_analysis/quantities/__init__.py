"""Quantities: numbers with their units, in columns (`table`), as runners write them (`written`), and converted."""
