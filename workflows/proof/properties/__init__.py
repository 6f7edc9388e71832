"""All that must hold, in the order in which it is reported."""

from typing import Final

from workflows.proof.properties.answers import ANSWERS
from workflows.proof.properties.deadlines import DEADLINES
from workflows.proof.properties.histories import HISTORIES
from workflows.proof.properties.kinds import Property
from workflows.proof.properties.money import MONEY
from workflows.proof.properties.people import PEOPLE
from workflows.proof.properties.states import STATES

PROPERTIES: Final[tuple[Property, ...]] = (*DEADLINES, *MONEY, *STATES, *PEOPLE, *ANSWERS, *HISTORIES)
