"""A catalogue by its name: `MODULE:NAME`, or a Python file with or without `:NAME`."""

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Final

from workflows.catalogue import Catalogue

USUAL_NAME: Final = "CATALOGUE"


class CatalogueError(ValueError):
    """A catalogue cannot be loaded; the message says what was wrong and what would be right."""


def load_catalogue(told: str) -> Catalogue:
    """The catalogue under a name such as `workflows.products:CATALOGUE` or `changed.py`. Raises CatalogueError."""
    place, _, name = told.rpartition(":") if ":" in told else (told, "", USUAL_NAME)
    try:
        module = _from_file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
    except Exception as error:
        # Whatever a module does while it is imported, that it cannot be is all there is to say.
        raise CatalogueError(f"catalogue {told}: {type(error).__name__}: {error}") from None
    found = getattr(module, name, None)
    if not isinstance(found, Catalogue):
        is_what = "has no" if found is None else f"has a {type(found).__name__} named"
        raise CatalogueError(f"catalogue {told}: {place} {is_what} {name}; it must be a Catalogue")
    return found


def _from_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None, f"{path} ends in .py"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
