"""The whole story in a real browser: two sites, an iframe, signed launches over HTTP."""
