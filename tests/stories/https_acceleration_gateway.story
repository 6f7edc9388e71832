# HTTPS acceleration gateway instances. Quota is counted in GRCQ, here `units`.

Story: Unused, refunded in full
Shows: R-30 Unused, it is refunded in full.
Shows: R-10 Unused, every service is refunded in full.
Shows: R-09 Once the money is back, the order counts as refunded.

day         | event                                                                        | outcome -> state     | availability | reasons            | amount   | remedy
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending   | available    | -                  | 1.60 USD | refund.requested
03-02 09:00 | refund.requested                                                             | applied -> refunding | in_progress  | refund_in_progress | 1.60 USD | -
03-02 09:01 |                                                                              | -> refunded          | refunded     | already_refunded   | 1.60 USD | -

Story: Domain added, nothing consumed, reset first
Shows: R-32 With a domain name added and nothing consumed, it must be reset; then it is refunded in full.
Shows: R-33 A domain name added within the seven days leaves a refund by usage possible.

day         | event                                                                        | outcome -> state     | availability    | reasons    | amount   | remedy
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending   |                 |            |          |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued    | action_required | must_reset | 1.60 USD | gateway.reset, refund.requested
03-02 10:00 | refund.requested                                                             | refused -> issued    | action_required | must_reset | 1.60 USD |
03-03 09:00 | gateway.reset                                                                | applied -> reset     | available       | -          | 1.60 USD | refund.requested
03-03 10:00 | refund.requested                                                             | applied -> refunding | in_progress     |            | 1.60 USD |
03-03 10:01 |                                                                              | -> refunded          | refunded        |            | 1.60 USD |

Story: The published example, 60 of 300 units
Shows: R-31 Used, it is refunded in part, by what was consumed.
Shows: R-34 With quota consumed, the account manager decides on the remaining balance.
Shows: R-35 The amount is the fee less the fee of what was consumed.
Shows: R-36 1.60 USD for 300 units, 60 of them consumed within the seven days: 1.28 USD come back.

day         | event                                                                        | outcome -> state     | availability    | reasons            | amount   | refund    | remedy
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending   | available       |                    | 1.60 USD | -         |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued    |                 |                    |          |           |
03-05 09:00 | gateway.quota_consumed units=60                                              | applied -> issued    | review_required | quota_consumed     | 1.28 USD | -         | refund.requested
03-06 09:00 | refund.requested requested_by=customer                                       | applied -> refunding | in_progress     | refund_in_progress | 1.28 USD | in_review | -
03-07 09:00 |                                                                              | -> refunding         | in_progress     | refund_in_progress | 1.28 USD | in_review |
03-07 09:00 | approve by=account_manager amount="1.28"                                     | applied -> refunding | in_progress     |                    | 1.28 USD | approved  |
03-07 09:01 |                                                                              | -> refunded          | refunded        | already_refunded   | 1.28 USD | succeeded |

Story: Website requests and outbound traffic both count
Shows: R-37 Quota is consumed by website requests and by outbound traffic alike.

day         | event                                                                        | outcome -> state   | availability    | reasons        | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending |                 |                |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued  |                 |                |
03-03 09:00 | gateway.quota_consumed units=20 by=website_requests                          | applied -> issued  | review_required | quota_consumed | 1.49 USD
03-04 09:00 | gateway.quota_consumed units=40 by=outbound_traffic                          | applied -> issued  | review_required | quota_consumed | 1.28 USD

Story: Consumed, so no reset and no full refund
Shows: R-32 Resetting is for instances of which nothing has been consumed.

day         | event                                                                        | outcome -> state   | availability    | reasons        | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending |                 |                |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued  | action_required | must_reset     | 1.60 USD
03-02 10:00 | gateway.quota_consumed units=1                                               | applied -> issued  | review_required | quota_consumed | 1.59 USD
03-02 11:00 | gateway.reset                                                                | refused -> issued  | review_required | quota_consumed | 1.59 USD

Story: Everything consumed
Shows: R-31 Where nothing remains, there is nothing to refund in part.

day         | event                                                                        | outcome -> state   | availability | reasons           | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending |              |                   |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued  |              |                   |
03-02 10:00 | gateway.quota_consumed units=299                                             | applied -> issued  | unavailable  | nothing_to_refund | -
03-02 11:00 | gateway.quota_consumed units=1                                               | applied -> issued  | unavailable  | quota_exhausted   | -
03-02 12:00 | refund.requested                                                             | refused -> issued  | unavailable  | quota_exhausted   | -
03-02 13:00 | gateway.quota_consumed units=10                                              | applied -> issued  | unavailable  | quota_exhausted   | -
03-02 14:00 | gateway.reset                                                                | refused -> issued  | unavailable  | quota_consumed    | -

Story: Reset too late
Shows: R-33 Adding a domain name and resetting both lie within the seven days, or there is no refund.

day            | event                                                                        | outcome -> state   | availability    | reasons                        | amount
03-01 10:00    | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending |                 |                                |
03-02 09:00    | gateway.domain_added                                                         | applied -> issued  |                 |                                |
03-08 23:59:59 |                                                                              | -> issued          | action_required | must_reset                     | 1.60 USD
03-09 00:00    | gateway.reset                                                                | applied -> reset   | unavailable     | window_closed, remedy_too_late | -
03-09 00:01    | refund.requested                                                             | refused -> reset   | unavailable     | window_closed, remedy_too_late | -

Story: Consumed, asked for too late
Shows: R-08 The general rules bind every service, and a refund by usage too.

day         | event                                                                        | outcome -> state   | availability    | reasons        | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending |                 |                |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued  |                 |                |
03-02 10:00 | gateway.quota_consumed units=60                                              | applied -> issued  | review_required | quota_consumed | 1.28 USD
03-09 00:00 | refund.requested                                                             | refused -> issued  | unavailable     | window_closed  | -

Story: Two domains, and one more after the reset
Shows: R-32 A domain name added after the reset asks for another reset.

day         | event                                                                        | outcome -> state   | availability    | reasons    | amount
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending |                 |            |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued  |                 |            |
03-02 10:00 | gateway.domain_added                                                         | applied -> issued  | action_required | must_reset | 1.60 USD
03-03 09:00 | gateway.reset                                                                | applied -> reset   | available       | -          | 1.60 USD
03-03 10:00 | gateway.domain_added                                                         | applied -> issued  | action_required | must_reset | 1.60 USD
03-03 11:00 | gateway.reset                                                                | applied -> reset   | available       | -          | 1.60 USD

Story: Consumed further while in review
Shows: C-15 What is consumed while the account manager decides changes the amount, and an approval of another amount does not count.

day         | event                                                                        | outcome -> state     | availability | reasons            | amount   | refund
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending   |              |                    |          |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued    |              |                    |          |
03-03 09:00 | gateway.quota_consumed units=60                                              | applied -> issued    |              |                    | 1.28 USD |
03-03 10:00 | refund.requested requested_by=customer                                       | applied -> refunding | in_progress  |                    | 1.28 USD | in_review
03-03 11:00 | gateway.quota_consumed units=90                                              | applied -> refunding | in_progress  | refund_in_progress | 0.80 USD | in_review
03-03 12:00 | approve by=account_manager amount="1.28"                                     | refused -> refunding |              | amount_changed     | 0.80 USD | in_review
03-03 12:01 | approve by=account_manager amount="0.80"                                     | applied -> refunding |              |                    | 0.80 USD | approved
03-03 12:02 |                                                                              | -> refunded          | refunded     |                    | 0.80 USD | succeeded

Story: The rest consumed while in review
Shows: C-15 Where nothing is left, the refund is declined by itself.

day         | event                                                                        | outcome -> state     | availability | reasons         | amount   | refund    | window
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending   |              |                 |          |           |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued    |              |                 |          |           |
03-03 09:00 | gateway.quota_consumed units=60                                              | applied -> issued    |              |                 | 1.28 USD |           |
03-03 10:00 | refund.requested                                                             | applied -> refunding | in_progress  |                 | 1.28 USD | in_review | claimed
03-03 11:00 | gateway.quota_consumed units=240                                             | applied -> issued    | unavailable  | quota_exhausted | -        | declined  | open

Story: Consumption told while the full refund is on its way
Shows: C-03 What cannot fit while money is on its way waits, and is refused once the money is back.

day         | event                                                                                                             | outcome -> state     | availability | reasons            | amount   | waiting
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 payment.reference=sandbox_pending_1d | applied -> pending   |              |                    |          |
03-02 09:00 | gateway.domain_added                                                                                              | applied -> issued    |              |                    |          |
03-02 10:00 | gateway.reset                                                                                                     | applied -> reset     |              |                    |          |
03-02 11:00 | refund.requested                                                                                                  | applied -> refunding | in_progress  |                    | 1.60 USD | -
03-02 12:00 | gateway.quota_consumed units=5                                                                                    | parked -> refunding  | in_progress  | refund_in_progress | 1.60 USD | parked
03-03 11:00 |                                                                                                                   | -> refunded          | refunded     | already_refunded   | 1.60 USD | -

Story: Consumption told while the full refund is in review
Shows: C-15 Only a refund by usage takes note of what is consumed meanwhile; beside a full one it waits.

day         | event                                                                          | outcome -> state     | availability    | reasons            | amount     | refund    | waiting
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=600.00 quota_units=300 | applied -> pending   |                 |                    |            |           |
03-02 09:00 | gateway.domain_added                                                           | applied -> issued    |                 |                    |            |           |
03-02 10:00 | gateway.reset                                                                  | applied -> reset     | review_required | above_review_limit | 600.00 USD | -         | -
03-02 11:00 | refund.requested                                                               | applied -> refunding | in_progress     |                    | 600.00 USD | in_review | -
03-02 12:00 | gateway.quota_consumed units=5                                                 | parked -> refunding  | in_progress     | refund_in_progress | 600.00 USD | in_review | parked

Story: Declined by the account manager
Shows: R-34 The account manager decides, and may decide against it; the customer may ask again while the window is open.

day         | event                                                                        | outcome -> state     | availability    | reasons         | amount   | refund    | window
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending   |                 |                 |          |           |
03-02 09:00 | gateway.domain_added                                                         | applied -> issued    |                 |                 |          |           |
03-03 09:00 | gateway.quota_consumed units=60                                              | applied -> issued    |                 |                 |          |           |
03-03 10:00 | refund.requested                                                             | applied -> refunding | in_progress     |                 | 1.28 USD | in_review | claimed
03-04 09:00 | decline by=account_manager                                                   | refused -> refunding |                 | reason_required |          | in_review |
03-04 09:01 | decline by=account_manager reason="still in use"                             | applied -> issued    | review_required | quota_consumed  | 1.28 USD | declined  | open
