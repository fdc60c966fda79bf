"""Words: what a report calls things (`vocabulary`), parts of sentences, and text from elsewhere fit to show."""
