"""Rows: tables, engines, units of work and books. The only place that speaks SQL."""
