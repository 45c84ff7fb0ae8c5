"""What a patient follows: modules, lessons and exercises, what is open, what is prescribed."""
