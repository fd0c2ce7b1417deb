"""Alembic migrations: `main` for rows, `concerns` for concerns. They import tables; nobody imports them."""
