"""``python -m uplock``."""

from uplock.cli.main import main

if __name__ == "__main__":
    main()
