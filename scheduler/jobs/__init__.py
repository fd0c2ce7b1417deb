"""One file for each kind of post: what it says when its hour has come."""
