"""How this installation is: every question in `checks/`, asked and logged in one place (`examine`).

`/health`, `/ready`, `/metrics`, `columna doctor`, the administrators' page and the notice on the
first screens all draw from it.
"""
