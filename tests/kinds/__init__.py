"""Recordings with one thing wrong in each, made by code, and what is to be said of them."""
