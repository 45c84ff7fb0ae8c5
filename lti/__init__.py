"""The LTI 1.3 side of Columna: who came in, from where, and proof that it is so.

Start with `launch` (what a launch says, pure) and `errors` (why one is refused); then `models`,
`login` (the OIDC login request), `tool` (the launch itself), `keysets` and `keys` (the platform's
keys and ours), `sessions` (what a launch opens), `diagnostics` (what an admin can read afterwards),
`views` (the routes). Nothing here knows what a diary or a trial arm is: the application hands in
`on_launch` and decides what the person may see.
"""
