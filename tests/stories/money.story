# How much comes back, in which currency, and where to.

Story: Cash and a coupon
Shows: R-04 Only what was paid in cash comes back.
Shows: R-05 What was paid with coupons does not.

day         | event                                                               | outcome -> state     | availability | reasons | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 coupon_paid=4.00 | applied -> pending   | available    | -       | 16.00 USD
03-02 09:00 | refund.requested                                                    | applied -> refunding | in_progress  |         | 16.00 USD
03-02 09:01 |                                                                     | -> refunded          | refunded     |         | 16.00 USD

Story: Paid with coupons alone
Shows: R-05 Where nothing was paid in cash, nothing comes back.

day         | event                                                               | outcome -> state     | availability | reasons              | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=0.00 coupon_paid=20.00 | applied -> pending   | unavailable  | nothing_paid_in_cash | -
03-02 09:00 | certificate.application_submitted                                   | applied -> verifying | unavailable  | nothing_paid_in_cash | -
03-02 10:00 | refund.requested                                                    | refused -> verifying | unavailable  | nothing_paid_in_cash | -

Story: Back to where it came from
Shows: R-06 It goes back to the original payment method.

day         | event                                              | outcome -> state     | availability | amount    | destination             | refund
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   | available    | 16.00 USD | original_payment_method | -
03-02 09:00 | refund.requested                                   | applied -> refunding | in_progress  | 16.00 USD | original_payment_method | processing
03-02 09:01 |                                                    | -> refunded          | refunded     | 16.00 USD | original_payment_method | succeeded

Story: The bank card has been cancelled
Shows: R-07 Where the original payment method is gone, it is credited to the account's balance.

day         | event                                                                                    | outcome -> state     | availability | amount    | destination             | refund
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 payment.reference=sandbox_method_gone | applied -> pending   | available    | 16.00 USD | original_payment_method | -
03-02 09:00 | refund.requested                                                                         | applied -> refunding | in_progress  | 16.00 USD | original_payment_method | processing
03-02 09:01 |                                                                                          | -> refunded          | refunded     | 16.00 USD | account_balance         | succeeded

Story: Taken back by the provider a day later
Shows: R-07 What comes back from the original payment method is credited to the account's balance, too.

day         | event                                                                                    | outcome -> state     | availability | amount    | destination             | refund
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 payment.reference=sandbox_reversed_1d | applied -> pending   | available    | 16.00 USD |                         |
03-02 09:00 | refund.requested                                                                         | applied -> refunding | in_progress  | 16.00 USD |                         |
03-02 09:01 |                                                                                          | -> refunded          | refunded     | 16.00 USD | original_payment_method | succeeded
03-03 09:00 |                                                                                          | -> refunded          | refunded     | 16.00 USD | account_balance         | reversed

Story: A currency without decimals
Shows: C-12 An amount has the decimals of its currency: 1600 yen are 1600 yen.

day         | event                                                                            | outcome -> state     | availability | reasons  | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid="1600.5" currency=JPY               | rejected             |              | bad_data |
03-01 10:00 | order.paid product=ssl_certificate cash_paid="1600" coupon_paid="0" currency=JPY | applied -> pending   | available    | -        | 1600 JPY
03-02 09:00 | refund.requested                                                                 | applied -> refunding | in_progress  |          | 1600 JPY
03-02 09:01 |                                                                                  | -> refunded          | refunded     |          | 1600 JPY

Story: A currency with three decimals
Shows: C-12 An amount has the decimals of its currency: a dinar has a thousand fils.

day         | event                                                            | outcome -> state   | availability | reasons  | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=1.6051 currency=KWD | rejected           |              | bad_data |
03-01 10:00 | order.paid product=ssl_certificate cash_paid=1.605 currency=KWD  | applied -> pending | available    | -        | 1.605 KWD

Story: More decimals than there are
Shows: C-12 Zeros beyond the currency's decimals are fine; other digits, signs and exponents are not.

day         | event                                                          | outcome -> state   | availability | reasons  | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=1.605             | rejected           |              | bad_data |
03-01 10:01 | order.paid product=ssl_certificate cash_paid="-1.60"           | rejected           |              | bad_data |
03-01 10:02 | order.paid product=ssl_certificate cash_paid="1e2"             | rejected           |              | bad_data |
03-01 10:03 | order.paid product=ssl_certificate cash_paid=160               | rejected           |              | bad_data |
03-01 10:04 | order.paid product=ssl_certificate cash_paid=1.60 currency=XXX | rejected           |              | bad_data |
03-01 10:05 | order.paid product=ssl_certificate cash_paid=1.6000            | applied -> pending | available    | -        | 1.60 USD

Story: Rounded down to the smallest unit
Shows: C-13 What is left of the smallest unit is not paid out, in any currency.

day         | event                                                                                                                 | outcome -> state   | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid="100" coupon_paid="0" currency=JPY quota_units=3 @subject=yen | applied -> pending | 100 JPY
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.00 quota_units=3 @subject=dollar                            | applied -> pending | 1.00 USD
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.000 currency=KWD quota_units=3 @subject=dinar               | applied -> pending | 1.000 KWD
03-02 09:00 | gateway.domain_added @subject=yen                                                                                     | applied -> issued  | 100 JPY
03-02 09:00 | gateway.domain_added @subject=dollar                                                                                  | applied -> issued  | 1.00 USD
03-02 09:00 | gateway.domain_added @subject=dinar                                                                                   | applied -> issued  | 1.000 KWD
03-02 10:00 | gateway.quota_consumed units=1 @subject=yen                                                                           | applied -> issued  | 66 JPY
03-02 10:00 | gateway.quota_consumed units=1 @subject=dollar                                                                        | applied -> issued  | 0.66 USD
03-02 10:00 | gateway.quota_consumed units=1 @subject=dinar                                                                         | applied -> issued  | 0.666 KWD

Story: Worth less than the smallest unit
Shows: C-13 Where what remains rounds to nothing, there is nothing to refund.

day         | event                                                                        | outcome -> state   | availability    | reasons           | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=0.01 quota_units=300 | applied -> pending | available       | -                 | 0.01 USD
03-02 09:00 | gateway.domain_added                                                         | applied -> issued  | action_required | must_reset        | 0.01 USD
03-02 10:00 | gateway.quota_consumed units=1                                               | applied -> issued  | unavailable     | nothing_to_refund | -
03-02 11:00 | refund.requested                                                             | refused -> issued  | unavailable     | nothing_to_refund | -
03-02 12:00 | gateway.quota_consumed units=299                                             | applied -> issued  | unavailable     | quota_exhausted   | -

Story: Large amounts to the last cent
Shows: R-35 The amount is exact, however large: fee less fee times consumed by quota.
# Rules without a review limit.
Rules: window.days = 7

day         | event                                                                                  | outcome -> state   | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=9999999999999.99 quota_units=7 | applied -> pending | 9999999999999.99 USD
03-02 09:00 | gateway.domain_added                                                                   | applied -> issued  | 9999999999999.99 USD
03-02 10:00 | gateway.quota_consumed units=1                                                         | applied -> issued  | 8571428571428.56 USD

Story: A gateway bought with a coupon, the coupon used up first
Shows: C-14 The published formula counts the whole fee, and no more than the cash comes back.
Shows: R-04 Only what was paid in cash comes back.

day         | event                                                                                         | outcome -> state   | availability    | reasons        | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 coupon_paid=0.40 quota_units=300 | applied -> pending | available       | -              | 1.60 USD
03-02 09:00 | gateway.domain_added                                                                          | applied -> issued  | action_required | must_reset     | 1.60 USD
03-02 10:00 | gateway.quota_consumed units=30                                                               | applied -> issued  | review_required | quota_consumed | 1.60 USD
03-02 11:00 | gateway.quota_consumed units=30                                                               | applied -> issued  | review_required | quota_consumed | 1.60 USD
03-02 12:00 | gateway.quota_consumed units=90                                                               | applied -> issued  | review_required | quota_consumed | 1.00 USD

Story: A gateway bought with a coupon, used up in proportion
Shows: C-14 Rules may count the cash alone instead.
Rules: money.coupon_allocation = "proportional"

day         | event                                                                                         | outcome -> state   | availability    | reasons        | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 coupon_paid=0.40 quota_units=300 | applied -> pending | available       | -              | 1.60 USD
03-02 09:00 | gateway.domain_added                                                                          | applied -> issued  | action_required | must_reset     | 1.60 USD
03-02 10:00 | gateway.quota_consumed units=60                                                               | applied -> issued  | review_required | quota_consumed | 1.28 USD

Story: A gateway bought with a coupon alone
Shows: R-05 Where nothing was paid in cash, nothing comes back, and everything consumed is said as well.

day         | event                                                                                         | outcome -> state   | availability | reasons                               | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=0.00 coupon_paid=1.60 quota_units=300 | applied -> pending | unavailable  | nothing_paid_in_cash                  | -
03-02 09:00 | gateway.domain_added                                                                          | applied -> issued  | unavailable  | nothing_paid_in_cash                  | -
03-02 10:00 | gateway.quota_consumed units=60                                                               | applied -> issued  | unavailable  | nothing_paid_in_cash                  | -
03-02 11:00 | gateway.quota_consumed units=240                                                              | applied -> issued  | unavailable  | quota_exhausted, nothing_paid_in_cash | -

Story: At the review limit and a cent above it
Shows: C-10 Above the limit of its currency a second person decides; a currency without a limit has none.

day         | event                                                                                 | outcome -> state   | availability    | reasons            | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=500.00 @subject=limit                    | applied -> pending | available       | -                  | 500.00 USD
03-01 10:00 | order.paid product=ssl_certificate cash_paid=500.01 @subject=above                    | applied -> pending | review_required | above_review_limit | 500.01 USD
03-01 10:00 | order.paid product=ssl_certificate cash_paid=500.00 coupon_paid=80.00 @subject=coupon | applied -> pending | available       | -                  | 500.00 USD
03-01 10:00 | order.paid product=ssl_certificate cash_paid=9000.00 currency=EUR @subject=euro       | applied -> pending | available       | -                  | 9000.00 EUR

Story: Above the review limit, decided by a second person
Shows: C-10 The one who asked does not decide.

day         | event                                               | outcome -> state     | availability    | reasons            | amount     | refund
03-01 10:00 | order.paid product=ssl_certificate cash_paid=600.00 | applied -> pending   | review_required | above_review_limit | 600.00 USD | -
03-02 09:00 | refund.requested requested_by=ann                   | applied -> refunding | in_progress     | refund_in_progress | 600.00 USD | in_review
03-03 09:00 | approve by=ann                                      | refused -> refunding | in_progress     | same_person        | 600.00 USD | in_review
03-03 09:01 | approve by=bob                                      | applied -> refunding | in_progress     |                    | 600.00 USD | approved
03-03 09:02 |                                                     | -> refunded          | refunded        | already_refunded   | 600.00 USD | succeeded
03-03 09:03 | decline by=bob reason="second thoughts"             | refused -> refunded  | refunded        | not_in_review      | 600.00 USD | succeeded

Story: A step missing, and above the review limit
Shows: C-10 What is missing comes first, and the review is announced beside it.

day         | event                                          | outcome -> state   | availability    | reasons                        | amount
03-01 10:00 | order.paid product=private_ca cash_paid=600.00 | applied -> pending | review_required | above_review_limit             | 600.00 USD
03-02 09:00 | ca.enabled level=root                          | applied -> issued  | action_required | must_reset, above_review_limit | 600.00 USD
