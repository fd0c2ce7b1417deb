"""Set-up, run by the Makefile. Nothing here is part of the running bot."""
