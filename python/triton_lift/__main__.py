"""``python -m triton_lift``: the command line, where the ``triton-lift`` script is not on the path."""

from triton_lift.cli import main

if __name__ == "__main__":
    main()
