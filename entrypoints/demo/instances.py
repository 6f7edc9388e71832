"""The stories of gateways and private CAs: put into service, consumed, reset."""

from typing import Final

from entrypoints.demo.diary import Coupon, Diary, Price, Storybook
from entrypoints.demo.stories import ANYTIME, CLOSING_TODAY, EARLIER, LATELY, WINDOW_OVER

GATEWAY: Final = "https_acceleration_gateway"
CA: Final = "private_ca"
BOOK: Final = Storybook()


def _reset(diary: Diary, *, confirmed: bool = True) -> None:
    if diary.product == CA:
        diary.tell("ca.reset", confirmed_data_deletion=confirmed)
    else:
        diary.tell("gateway.reset")


def _in_service(diary: Diary) -> None:
    diary.wait(0.5, 6)
    diary.use()


def _some_consumption(diary: Diary, times: int, share: float = 0.12) -> None:
    for _ in range(times):
        diary.wait(0.5, 5)
        diary.consume(diary.chance.uniform(0.02, share))


@BOOK.story(GATEWAY, CA, share=8, paid=ANYTIME)
def in_service(diary: Diary) -> None:
    """Nothing is consumed; a reset leads to money."""
    _in_service(diary)


@BOOK.story(GATEWAY, CA, share=2, paid=CLOSING_TODAY)
def in_service_and_closing_today(diary: Diary) -> None:
    _in_service(diary)


@BOOK.story(GATEWAY, CA, share=1.5, paid=EARLIER)
def asked_without_a_reset(diary: Diary) -> None:
    """Refused: it must be reset first."""
    _in_service(diary)
    diary.wait(1, 24)
    diary.ask()


@BOOK.story(GATEWAY, CA, share=2.5, paid=(10.0, 3.0))
def reset_and_refunded(diary: Diary) -> None:
    _in_service(diary)
    diary.wait(2, 30)
    _reset(diary)
    diary.wait(0.5, 20)
    diary.ask()


@BOOK.story(GATEWAY, CA, share=2, paid=EARLIER)
def reset_and_not_asked(diary: Diary) -> None:
    _in_service(diary)
    diary.wait(2, 30)
    _reset(diary)


@BOOK.story(GATEWAY, CA, share=1, paid=EARLIER)
def reset_and_used_again(diary: Diary) -> None:
    """A reset undone by the next use."""
    _in_service(diary)
    diary.wait(2, 20)
    _reset(diary)
    diary.wait(1, 20)
    diary.use()


@BOOK.story(GATEWAY, CA, share=0.6, paid=WINDOW_OVER)
def reset_too_late(diary: Diary) -> None:
    _in_service(diary)
    diary.hour = 195.0
    _reset(diary)
    diary.wait(1, 8)
    diary.ask()


@BOOK.story(CA, share=2, paid=LATELY)
def reset_without_confirmation(diary: Diary) -> None:
    """Refused: the deletion of all data was not confirmed."""
    diary.wait(0.5, 3)
    diary.use()
    diary.wait(0.5, 3)
    _reset(diary, confirmed=False)


@BOOK.story(GATEWAY, share=12, paid=ANYTIME)
def consuming(diary: Diary) -> None:
    """Part of the quota is consumed; the account manager decides on the rest."""
    _in_service(diary)
    _some_consumption(diary, diary.chance.randint(1, 7))


@BOOK.story(GATEWAY, share=2, paid=LATELY)
def consuming_lately(diary: Diary) -> None:
    diary.wait(0.3, 1)
    diary.use()
    _some_consumption(diary, 1, share=0.4)


@BOOK.story(GATEWAY, share=1.5, paid=CLOSING_TODAY)
def consuming_and_closing_today(diary: Diary) -> None:
    _in_service(diary)
    _some_consumption(diary, 4)


@BOOK.story(GATEWAY, share=2, paid=EARLIER)
def rest_asked_for(diary: Diary) -> None:
    """A partial refund, waiting for the account manager."""
    _in_service(diary)
    _some_consumption(diary, 3)
    diary.wait(1, 12)
    diary.ask()


@BOOK.story(GATEWAY, share=0.7, paid=EARLIER)
def consumption_goes_on_in_review(diary: Diary) -> None:
    """What is consumed while the partial refund is in review lowers its amount."""
    _in_service(diary)
    _some_consumption(diary, 2)
    diary.wait(1, 6)
    diary.ask()
    _some_consumption(diary, 2)


@BOOK.story(GATEWAY, share=0.3, paid=EARLIER)
def used_up_while_in_review(diary: Diary) -> None:
    """Nothing is left of the quota, so the refund is declined by itself."""
    _in_service(diary)
    _some_consumption(diary, 1)
    diary.wait(1, 6)
    diary.ask()
    diary.wait(1, 6)
    diary.consume(1.0)


@BOOK.story(GATEWAY, share=2, paid=ANYTIME)
def used_up(diary: Diary) -> None:
    _in_service(diary)
    diary.wait(0.5, 5)
    diary.consume(0.7)
    diary.wait(0.5, 5)
    diary.consume(0.35)


@BOOK.story(GATEWAY, share=0.6, paid=EARLIER)
def used_up_and_asked(diary: Diary) -> None:
    """Refused: nothing remains."""
    _in_service(diary)
    diary.wait(0.5, 5)
    diary.consume(1.0)
    diary.wait(1, 24)
    diary.ask()


@BOOK.story(GATEWAY, share=1.5, paid=EARLIER)
def reset_after_consumption(diary: Diary) -> None:
    """Refused: only an unconsumed gateway can be reset."""
    _in_service(diary)
    _some_consumption(diary, 1)
    diary.wait(1, 24)
    _reset(diary)


@BOOK.story(GATEWAY, share=0.3, paid=EARLIER, price=Price.TINY, coupon=Coupon.NONE)
def rest_worth_nothing(diary: Diary) -> None:
    """A hundredth of 90 yen is less than a yen."""
    _in_service(diary)
    diary.wait(0.5, 5)
    diary.consume(0.99)
    diary.wait(1, 24)
    diary.ask()


@BOOK.story(GATEWAY, share=1.5, paid=EARLIER)
def consumption_told_before_the_domain(diary: Diary) -> None:
    """Metering is quicker than the console: the consumption waits for the domain."""
    diary.wait(0.5, 3)
    diary.use(late=diary.chance.uniform(4, 8))
    diary.wait(0.5, 3)
    diary.consume(0.1)


@BOOK.story(GATEWAY, share=0.8, paid=(0.8, 0.3))
def consumption_without_a_domain(diary: Diary) -> None:
    """Consumption of a gateway that, as far as we were told, serves no domain."""
    diary.wait(0.5, 4)
    diary.consume(0.05)
