"""The trial office: pages of those who oversee a study and do not treat in it."""
