"""The programme: plan, huddles, concerns, measures, digest. Plain Python that knows neither Slack nor SQL nor the clock."""
