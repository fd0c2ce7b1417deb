"""The running program: reads settings, builds everything. Nobody imports it."""
