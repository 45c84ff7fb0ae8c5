"""The exercise diary: what an entry holds, which days it is for, how much was done. Pure."""
