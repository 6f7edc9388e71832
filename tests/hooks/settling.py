"""A process that does what is due in a world's database at its first instant: for tests that kill it on the way."""

import sys

from tests.hooks.world import TellingWorld

if __name__ == "__main__":
    TellingWorld(sys.argv[1]).settle()
