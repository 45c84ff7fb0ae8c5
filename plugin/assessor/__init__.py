"""Pages of the blinded assessor: coded participants only, never identity or allocation."""
