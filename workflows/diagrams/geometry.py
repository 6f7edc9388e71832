"""Boxes and lines on paper: whole pixels, x to the right and y downwards."""

from dataclasses import dataclass

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner and its size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> int:
        """The x of its vertical axis."""
        return self.x + self.width // 2

    def moved(self, right: int, down: int) -> "Box":
        return Box(self.x + right, self.y + down, self.width, self.height)

    def within(self, other: "Box") -> bool:
        return other.x <= self.x and other.y <= self.y and self.right <= other.right and self.bottom <= other.bottom

    def meets(self, other: "Box") -> bool:
        """Whether they have more than a border in common."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
