"""The only home of the arm: screening, randomisation and allocation."""
