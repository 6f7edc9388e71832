"""The world of the money tests, on every kind of database."""

from tests.money.conftest import world as world
