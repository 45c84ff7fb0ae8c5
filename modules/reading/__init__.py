"""Reading what a clinic wrote: every field with its line, and all faults at once, in words."""
