"""The LTI 1.3 side of Columna: who came in, from where, and proof that it is so.

Start with `launch` (what a launch says, pure) and `errors` (why one is refused); then `models`,
`login` (the OIDC login request), `message` (what a launch proves), `tool` and `sessions` (what it
opens), `keysets` and `keys` (the platforms' keys and ours), `diagnostics` (what an admin can read
afterwards), `views` (the routes). Nothing here knows what a diary or a trial arm is: the caller
hands in `on_launch` and decides what the person may see.
"""
