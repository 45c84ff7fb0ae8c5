"""Reading what a clinic wrote: data with the line of every field, and all faults at once, in words."""
