"""Mutants of everything that is read: ``python -m tests.fuzz 1000000`` tries as many and says what came of them."""
