"""The rules of lint, one file per family; `careline.catalogue.lint` runs them."""
