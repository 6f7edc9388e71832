"""The stories of SSL certificates: applied for, issued, revoked, and what goes wrong on the way."""

from typing import Final

from entrypoints.demo.diary import Diary, Storybook
from entrypoints.demo.stories import ANYTIME, CLOSING_TODAY, EARLIER, LAST_DAY, LATELY, OVER, WINDOW_OVER

SSL: Final = "ssl_certificate"
JUST_NOW: Final = (0.9, 0.45)
BOOK: Final = Storybook()


def _apply(diary: Diary, *, combined: bool = False) -> None:
    diary.wait(0.2, 5)
    diary.tell("certificate.application_submitted", combined=combined)


def _issued(diary: Diary, *, combined: bool = False) -> None:
    _apply(diary, combined=combined)
    diary.wait(0.2, 2)
    diary.tell("certificate.issued")


def _revoked(diary: Diary, *, combined: bool = False) -> None:
    _issued(diary, combined=combined)
    diary.wait(2, 24)
    diary.tell("certificate.revocation_requested")
    diary.wait(2, 20)
    diary.tell("certificate.revocation_completed")


@BOOK.story(SSL, share=5, paid=LATELY)
def being_verified(diary: Diary) -> None:
    """Applied for; a refund asks for the application to be cancelled first."""
    _apply(diary)


@BOOK.story(SSL, share=4, paid=LATELY)
def validation_failed(diary: Diary) -> None:
    _apply(diary)
    diary.wait(0.2, 2)
    diary.tell("certificate.validation_failed")


@BOOK.story(SSL, share=1.2, paid=(10.0, 3.0))
def cancelled_and_refunded(diary: Diary) -> None:
    _apply(diary)
    diary.wait(1, 24)
    diary.tell("certificate.application_cancelled")
    diary.wait(0.2, 12)
    diary.ask()


@BOOK.story(SSL, share=1, paid=EARLIER)
def asked_while_verifying(diary: Diary) -> None:
    """Refused: the application runs."""
    _apply(diary)
    diary.wait(1, 12)
    diary.ask()


@BOOK.story(SSL, share=2, paid=ANYTIME)
def second_application_succeeds(diary: Diary) -> None:
    """The first validation fails, the second does not."""
    _apply(diary)
    diary.wait(1, 4)
    diary.tell("certificate.validation_failed")
    _issued(diary)


@BOOK.story(SSL, share=26, paid=ANYTIME)
def issued_and_in_use(diary: Diary) -> None:
    """Only a revocation, completed within the window, leads to money."""
    _issued(diary)


@BOOK.story(SSL, share=2, paid=CLOSING_TODAY)
def issued_and_closing_today(diary: Diary) -> None:
    _issued(diary)


@BOOK.story(SSL, share=2, paid=ANYTIME)
def issue_told_twice(diary: Diary) -> None:
    """Told again under another id: a repeat, which changes nothing."""
    _issued(diary)
    diary.wait(0.1, 1)
    diary.tell("certificate.issued")


@BOOK.story(SSL, share=2, paid=EARLIER)
def asked_without_revoking(diary: Diary) -> None:
    """Refused: the certificate must be revoked first."""
    _issued(diary)
    diary.wait(1, 30)
    diary.ask()


@BOOK.story(SSL, share=1.8, paid=(10.0, 4.0))
def refused_then_revoked_then_refunded(diary: Diary) -> None:
    """The refusal named the missing steps; the customer took them."""
    _issued(diary)
    diary.wait(0.5, 5)
    diary.ask()
    diary.wait(1, 8)
    diary.tell("certificate.revocation_requested")
    diary.wait(2, 20)
    diary.tell("certificate.revocation_completed")
    diary.wait(0.5, 12)
    diary.ask()


@BOOK.story(SSL, share=3, paid=(5.5, 1.5))
def revocation_in_review(diary: Diary) -> None:
    """The certificate authority has not decided yet."""
    _issued(diary)
    diary.wait(1, 20)
    diary.tell("certificate.revocation_requested")


@BOOK.story(SSL, share=1, paid=CLOSING_TODAY)
def revocation_in_review_on_the_last_day(diary: Diary) -> None:
    _issued(diary)
    diary.wait(100, 140)
    diary.tell("certificate.revocation_requested")


@BOOK.story(SSL, share=0.8, paid=EARLIER)
def asked_while_revoking(diary: Diary) -> None:
    """Refused: the revocation is still in review."""
    _issued(diary)
    diary.wait(1, 20)
    diary.tell("certificate.revocation_requested")
    diary.wait(0.5, 8)
    diary.ask()


@BOOK.story(SSL, share=1.5, paid=(10.0, 2.5))
def revocation_rejected(diary: Diary) -> None:
    _issued(diary)
    diary.wait(2, 20)
    diary.tell("certificate.revocation_requested")
    diary.wait(2, 12)
    diary.tell("certificate.revocation_rejected")


@BOOK.story(SSL, share=3.5, paid=(10.0, 4.0))
def revoked_and_refunded(diary: Diary) -> None:
    _revoked(diary)
    diary.wait(0.5, 24)
    diary.ask()


@BOOK.story(SSL, share=3, paid=EARLIER)
def revoked_and_not_asked(diary: Diary) -> None:
    """The way is free, nobody has asked yet."""
    _revoked(diary)


@BOOK.story(SSL, share=1.5, paid=EARLIER)
def combined_and_in_use(diary: Diary) -> None:
    """Requested with Combine Certificates: once issued, never refunded."""
    _issued(diary, combined=True)


@BOOK.story(SSL, share=0.6, paid=(10.0, 4.0))
def combined_revoked_and_asked(diary: Diary) -> None:
    _revoked(diary, combined=True)
    diary.wait(0.5, 24)
    diary.ask()


@BOOK.story(SSL, share=1.2, paid=(10.0, 4.0))
def completion_told_before_the_request(diary: Diary) -> None:
    """The request for revocation arrives after its completion, which waits for it and is then let in."""
    _issued(diary)
    diary.wait(2, 24)
    diary.tell("certificate.revocation_requested", late=diary.chance.uniform(9, 14))
    diary.wait(2, 8)
    diary.tell("certificate.revocation_completed")
    diary.wait(8, 24)
    diary.ask()


@BOOK.story(SSL, share=1.2, paid=JUST_NOW)
def completion_out_of_the_blue(diary: Diary) -> None:
    """Nobody told of the request; the completion is parked."""
    _issued(diary)
    diary.wait(0.5, 2)
    diary.tell("certificate.revocation_completed")


@BOOK.story(SSL, share=1.2, paid=EARLIER)
def completion_nobody_explained(diary: Diary) -> None:
    """Parked for a day, then a dead letter that an operator sees."""
    _issued(diary)
    diary.wait(0.5, 12)
    diary.tell("certificate.revocation_completed")


@BOOK.story(SSL, share=0.6, paid=EARLIER)
def asked_while_facts_are_open(diary: Diary) -> None:
    """An event that does not fit is open, so no money leaves by itself: a person decides."""
    diary.wait(0.5, 6)
    diary.tell("certificate.issued")
    diary.wait(1, 12)
    diary.ask()


@BOOK.story(SSL, share=0.6, paid=WINDOW_OVER)
def revoked_too_late(diary: Diary) -> None:
    """The review of the revocation took longer than the window."""
    _issued(diary)
    diary.hour = 140.0
    diary.tell("certificate.revocation_requested")
    diary.hour = 195.0
    diary.tell("certificate.revocation_completed")
    diary.wait(1, 8)
    diary.ask()


@BOOK.story(SSL, share=0.5, paid=WINDOW_OVER)
def revocation_and_request_told_too_late(diary: Diary) -> None:
    """The certificate authority was cut off on the last day: its word and the request count from their arrival."""
    _issued(diary)
    diary.wait(2, 40)
    diary.tell("certificate.revocation_requested")
    diary.hour = diary.chance.uniform(*LAST_DAY)
    told = diary.chance.uniform(*OVER)
    diary.tell("certificate.revocation_completed", late=told - diary.hour)
    diary.hour += 1
    diary.ask(late=told - diary.hour + 0.5)
