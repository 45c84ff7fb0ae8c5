"""The commands of `columna`, one file per subject."""
