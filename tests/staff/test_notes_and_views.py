"""Notes on resources, and saved views."""

import pytest

from service import staff
from service.questions import NotFoundError
from service.staff import NoteError
from tests.money.world import World


def test_notes_stay_in_their_order(world: World) -> None:
    world.pay("r-1")
    staff.note(world.desk, "r-1", "ann", " called the customer ")
    staff.note(world.desk, "r-1", "ben", "waits for the CA")
    assert [(one.author, one.text) for one in staff.notes_on(world.desk, "r-1")] == [
        ("ann", "called the customer"),
        ("ben", "waits for the CA"),
    ]
    with pytest.raises(NotFoundError):
        staff.note(world.desk, "r-2", "ann", "about nothing")
    for text in (" ", "x" * 5000, "a\x00b"):
        with pytest.raises(NoteError):
            staff.note(world.desk, "r-1", "ann", text)


def test_a_view_is_kept_under_its_name(world: World) -> None:
    staff.save_view(world.desk, "closing soon", "window=open", "ann")
    staff.save_view(world.desk, "closing soon", "window=open&state=issued", "ben")
    assert [(one.name, one.query, one.author) for one in staff.views(world.desk)] == [
        ("closing soon", "window=open&state=issued", "ben")
    ]
    staff.forget_view(world.desk, "closing soon")
    assert not staff.views(world.desk)
    with pytest.raises(NotFoundError):
        staff.forget_view(world.desk, "closing soon")
    with pytest.raises(NoteError):
        staff.save_view(world.desk, "", "window=open", "ann")
