"""How a platform and this tool come to know each other: by hand, or by a one-time link."""
