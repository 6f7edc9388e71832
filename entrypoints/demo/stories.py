"""The stories that can happen to any product, and to quotas that are refunded only while unused."""

from typing import Final

from entrypoints.demo.diary import Coupon, Diary, Price, Storybook
from entrypoints.demo.rules import FLASH_SALE, THREE_DAYS, UNKNOWN_PROMOTION
from workflows.products import CATALOGUE

#: How long ago a story's payment lies, in days. A window ends at least 7 and at most 8 days after its payment.
LATELY: Final = (5.5, 0.3)
EARLIER: Final = (6.9, 2.5)
ANYTIME: Final = (10.0, 0.05)
WINDOW_OVER: Final = (10.0, 8.8)
#: Within the hour that lies 7 days back: on every one of these the window ends with this very day.
CLOSING_TODAY: Final = (7.0, 7.0 - 55 / 1440)

#: Hours after the payment at which every window is over, late arrivals and all; and at which none is.
OVER: Final = (196.0, 206.0)
LAST_DAY: Final = (150.0, 164.0)

EVERY: Final = CATALOGUE.keys
QUOTAS: Final = ("message_notification", "domain_monitoring", "certificate_repository", "cloud_deployment")
BOOK: Final = Storybook()


@BOOK.story(*EVERY, share=11, paid=ANYTIME)
def bought_and_left_alone(_diary: Diary) -> None:
    """Nobody has touched it: refundable at once, until the window closes."""


@BOOK.story(*EVERY, share=1.5, paid=CLOSING_TODAY)
def left_alone_until_the_last_day(_diary: Diary) -> None:
    """Still unused, and today is the last day to ask."""


@BOOK.story(*EVERY, share=3, paid=(10.0, 1.5))
def refunded_unused(diary: Diary) -> None:
    """A change of mind within a day or so: paid back in full."""
    diary.wait(1, 30)
    diary.ask()


@BOOK.story(*EVERY, share=0.3, paid=(10.0, 1.5))
def asked_twice(diary: Diary) -> None:
    """The money is back already when the customer asks once more."""
    diary.wait(1, 20)
    diary.ask()
    diary.wait(1, 12)
    diary.ask()


@BOOK.story(*EVERY, share=0.3, paid=(10.0, 2.0))
def used_after_the_refund(diary: Diary) -> None:
    """What was refunded must not be used; the event is refused and stays in the history."""
    diary.wait(1, 20)
    diary.ask()
    diary.wait(1, 20)
    diary.use()


@BOOK.story(*EVERY, share=1, paid=WINDOW_OVER)
def asked_too_late(diary: Diary) -> None:
    """The window had closed."""
    diary.wait(*OVER)
    diary.ask()


@BOOK.story(*EVERY, share=0.3, paid=WINDOW_OVER)
def asked_in_time_but_told_too_late(diary: Diary) -> None:
    """The console was cut off: a request dated in time arrives more than an hour after the deadline."""
    diary.wait(*LAST_DAY)
    diary.ask(late=diary.chance.uniform(*OVER) - diary.hour)


@BOOK.story(*EVERY, share=0.6, paid=LATELY, price=Price.LARGE, coupon=Coupon.NONE)
def too_much_for_one_person(diary: Diary) -> None:
    """Above the limit of its currency a second person decides."""
    diary.wait(1, 6)
    diary.ask()


@BOOK.story(*EVERY, share=0.2, paid=EARLIER, price=Price.LARGE, coupon=Coupon.NONE)
def used_while_in_review(diary: Diary) -> None:
    """Used although a refund of it is in review: nothing can let that in, so it becomes a dead letter."""
    diary.wait(1, 20)
    diary.ask()
    diary.wait(1, 12)
    diary.use()


@BOOK.story(*EVERY, share=1, paid=ANYTIME, promotion=FLASH_SALE)
def bought_in_the_flash_sale(_diary: Diary) -> None:
    """Its terms exclude refunds, whatever happens."""


@BOOK.story(*EVERY, share=0.4, paid=(10.0, 1.5), promotion=FLASH_SALE)
def asked_after_the_flash_sale(diary: Diary) -> None:
    diary.wait(1, 30)
    diary.ask()


@BOOK.story(*EVERY, share=1.5, paid=(9.0, 0.1), promotion=THREE_DAYS)
def bought_with_three_days(_diary: Diary) -> None:
    """A window of three days only."""


@BOOK.story(*EVERY, share=0.3, paid=(9.5, 5.2), promotion=THREE_DAYS)
def asked_on_the_fifth_of_three_days(diary: Diary) -> None:
    diary.wait(100, 120)
    diary.ask()


@BOOK.story(*EVERY, share=0.5, paid=LATELY, promotion=UNKNOWN_PROMOTION)
def promotion_nobody_knows(diary: Diary) -> None:
    """No rules name the code, so a person looks its terms up."""
    diary.wait(1, 6)
    diary.ask()


@BOOK.story(*EVERY, share=0.6, paid=ANYTIME, promotion=UNKNOWN_PROMOTION)
def promotion_nobody_has_asked_about(_diary: Diary) -> None:
    """The same, before anyone asks."""


@BOOK.story(*EVERY, share=0.4, paid=(10.0, 1.5), coupon=Coupon.ALL)
def paid_with_coupons_alone(diary: Diary) -> None:
    """Coupons are never paid back, so there is nothing to give."""
    diary.wait(1, 30)
    diary.ask()


@BOOK.story(*EVERY, share=0.6, paid=(10.0, 1.5), coupon=Coupon.PART)
def paid_partly_with_coupons(diary: Diary) -> None:
    """Only the cash comes back."""
    diary.wait(1, 30)
    diary.ask()


@BOOK.story(*EVERY, share=1, paid=EARLIER, told_late_hours=5)
def used_before_we_heard_of_the_payment(diary: Diary) -> None:
    """The order system lags: the first use waits for the payment, and is let in by it."""
    diary.wait(0.5, 4)
    diary.use()


@BOOK.story(*QUOTAS, share=16, paid=ANYTIME)
def used(diary: Diary) -> None:
    """Used once or more, and so not refunded any longer."""
    for _ in range(diary.chance.randint(1, 6)):
        diary.wait(0.5, 16)
        diary.use()


@BOOK.story(*QUOTAS, share=1.2, paid=(10.0, 2.5))
def used_then_asked(diary: Diary) -> None:
    """Refused: it is refunded only while unused."""
    diary.wait(0.5, 16)
    diary.use()
    diary.wait(1, 30)
    diary.ask()
