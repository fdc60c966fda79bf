"""How a report is shown: terminal, page, notebook, plain values. Each module is imported when it is asked for."""
