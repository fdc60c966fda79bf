"""Shown: what page, terminal, notebook and charts have in common, whatever it is drawn with.

`numbers` as runners read them, `cells` of tables, names and `bands`, the `trace` of a run, the `oval`,
ticks (`scales`) and `colours`.
"""
