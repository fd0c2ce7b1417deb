"""The clock asks: when something is due, what is said then, and how it gets to Slack once."""
