"""Files of the user's: told by their content (`sniff`), read within bounds, and saved to by one door (`saving`)."""
