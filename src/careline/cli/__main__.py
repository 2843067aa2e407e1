"""`python -m careline.cli`: the command line without an installed script."""

from careline.cli import main

if __name__ == "__main__":
    main(prog_name="careline")
