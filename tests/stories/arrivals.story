# How events are taken in: late, too early, twice, or not at all. Here `<-` stands before the time an event tells.

Story: A request told late
Shows: C-01 What happened in time and is told within the hour after the deadline counts by its own time.

day                                     | event                                               | outcome -> state     | availability | reasons
03-01 10:00                             | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending   | available    | -
03-09 00:59:59.999999 <- 03-08 23:59:59 | refund.requested                                    | applied -> refunding | in_progress  | refund_in_progress

Story: A request told too late
Shows: C-02 Later than that, a request told as in time is refused for its arrival.

day                           | event                                               | outcome -> state   | availability | reasons
03-01 10:00                   | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | available    | -
03-09 01:00 <- 03-08 23:59:59 | refund.requested                                    | refused -> pending | unavailable  | arrived_too_late
03-09 01:01 <- 03-09 00:30    | refund.requested                                    | refused -> pending | unavailable  | window_closed

Story: Another grace for what is told late
Shows: C-01 How late is too late is a setting of the rules.
Rules: late_arrival = "10m"

day                           | event                                               | outcome -> state   | availability | reasons
03-01 10:00                   | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | available    | -
03-09 00:10 <- 03-08 23:59:30 | refund.requested                                    | refused -> pending | unavailable  | arrived_too_late

Story: A revocation told late
Shows: C-01 A revocation completed in time and told within the hour counts as in time, and so does the request after it.

day                           | event                                              | outcome -> state     | availability | reasons
03-01 10:00                   | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   |              |
03-02 09:00                   | certificate.application_submitted                  | applied -> verifying |              |
03-02 15:00                   | certificate.issued                                 | applied -> issued    |              |
03-08 10:00                   | certificate.revocation_requested                   | applied -> revoking  |              |
03-09 00:10 <- 03-08 23:59:30 | certificate.revocation_completed                   | applied -> revoked   | unavailable  | window_closed
03-09 00:20 <- 03-08 23:59:45 | refund.requested                                   | applied -> refunding | in_progress  | refund_in_progress

Story: A revocation told too late
Shows: C-02 A revocation told later than the hour counts from its arrival.

day                           | event                                              | outcome -> state     | availability | reasons
03-01 10:00                   | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   |              |
03-02 09:00                   | certificate.application_submitted                  | applied -> verifying |              |
03-02 15:00                   | certificate.issued                                 | applied -> issued    |              |
03-08 10:00                   | certificate.revocation_requested                   | applied -> revoking  |              |
03-09 01:00 <- 03-08 23:59:30 | certificate.revocation_completed                   | applied -> revoked   | unavailable  | window_closed, remedy_too_late
03-09 01:10 <- 03-08 23:59:45 | refund.requested                                   | refused -> revoked   | unavailable  | remedy_too_late, arrived_too_late

Story: A request without a time of its own
Shows: C-02 What tells no time happened when it arrived.

day                   | event                                               | outcome -> state   | availability | reasons       | deadline
03-01 10:00 <- untold | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | available    | -             | 03-09 00:00
03-09 00:30 <- untold | refund.requested                                    | refused -> pending | unavailable  | window_closed |

Story: A payment told a day late
Shows: R-01 The period starts with the payment, not with the word of it.

day                        | event                                               | outcome -> state   | availability | reasons | deadline
03-02 10:00 <- 03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | available    | -       | 03-09 00:00

Story: Told before the payment
Shows: C-03 What does not fit yet is kept, and tried again in the order in which it happened.

day                        | event                                              | outcome -> state   | availability    | reasons     | waiting
03-01 09:00 <- 03-01 08:30 | certificate.issued                                 | parked -> -        | -               | -           | -
03-01 09:10 <- 03-01 08:20 | certificate.application_submitted                  | parked -> -        | -               | -           | -
03-01 10:00 <- 03-01 08:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending | action_required | must_revoke | -
03-01 10:01                |                                                    | -> issued          | action_required | must_revoke | -

Story: Told before the payment, the second application first
Shows: C-03 What is kept is tried in the order in which it happened, not in that in which it was told.

day                        | event                                              | outcome -> state   | availability    | reasons                 | waiting
03-01 09:00 <- 03-01 08:40 | certificate.application_submitted combined=false   | parked -> -        |                 | -                       | -
03-01 09:10 <- 03-01 08:20 | certificate.application_submitted combined=true    | parked -> -        |                 | -                       | -
03-01 10:00 <- 03-01 08:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending | action_required | must_cancel_application | -
03-01 11:00                | certificate.issued                                 | applied -> issued  | unavailable     | combined_certificate    | -

Story: Told before the payment, dated before what it follows
Shows: C-03 Whenever something that was kept fits, all that is still kept is tried again.

day                        | event                                              | outcome -> state   | availability    | reasons     | waiting
03-01 09:00 <- 03-01 08:10 | certificate.issued                                 | parked -> -        |                 | -           | -
03-01 09:10 <- 03-01 08:20 | certificate.application_submitted                  | parked -> -        |                 | -           | -
03-01 10:00 <- 03-01 08:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending | action_required | must_revoke | -
03-01 10:01                |                                                    | -> issued          | action_required | must_revoke | -

Story: Told in the wrong order
Shows: C-03 While facts are open, no money leaves without a person; then everything falls into place.

day                        | event                                              | outcome -> state     | availability    | reasons           | waiting
03-01 10:00                | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   | available       | -                 | -
03-02 15:00                | certificate.issued                                 | parked -> pending    | review_required | -                 | parked
03-02 15:01                |                                                    | -> pending           | review_required | events_unresolved | parked
03-02 15:30 <- 03-02 14:00 | certificate.application_submitted                  | applied -> verifying | action_required | must_revoke       | -
03-02 15:31                |                                                    | -> issued            | action_required | must_revoke       | -

Story: Dead after a day
Shows: C-04 What fits nothing for 24 hours becomes a dead letter, is not tried again, and keeps the refund under review.

day            | event                                              | outcome -> state     | availability    | reasons                                    | waiting | refund
03-01 10:00    | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   | available       | -                                          | -       | -
03-02 15:00    | certificate.issued                                 | parked -> pending    | review_required | -                                          | parked  | -
03-03 14:59:59 |                                                    | -> pending           | review_required | events_unresolved                          | parked  | -
03-03 15:00    |                                                    | -> pending           | review_required | events_unresolved                          | dead    | -
03-03 15:01    | certificate.application_submitted                  | applied -> verifying | action_required | must_cancel_application, events_unresolved | dead    | -
03-03 15:02    | certificate.application_cancelled                  | applied -> pending   | review_required | events_unresolved                          | dead    | -
03-03 15:03    | refund.requested                                   | applied -> refunding | in_progress     | refund_in_progress                         | dead    | in_review
03-03 15:04    | approve                                            | applied -> refunding | in_progress     | refund_in_progress                         | dead    | approved

Story: Used while the refund is on its way
Shows: C-03 What happens meanwhile is kept, and refused once the money is back.

day         | event                                                                                   | outcome -> state     | availability | reasons            | waiting
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 payment.reference=sandbox_pending_1d | applied -> pending   |              |                    | -
03-02 09:00 | refund.requested                                                                        | applied -> refunding | in_progress  | refund_in_progress | -
03-02 10:00 | certificate.application_submitted                                                       | parked -> refunding  | in_progress  | refund_in_progress | parked
03-03 09:00 |                                                                                         | -> refunded          | refunded     | already_refunded   | -

Story: Used while the refund is in review, and declined
Shows: C-03 What was kept meanwhile is let in when the resource comes back.

day         | event                                               | outcome -> state     | availability    | reasons                                     | waiting | refund
03-01 10:00 | order.paid product=ssl_certificate cash_paid=600.00 | applied -> pending   | review_required | above_review_limit                          | -       | -
03-02 09:00 | refund.requested                                    | applied -> refunding | in_progress     | refund_in_progress                          | -       | in_review
03-02 10:00 | certificate.application_submitted                   | parked -> refunding  | in_progress     | refund_in_progress                          | parked  | in_review
03-02 11:00 | decline reason="in use"                             | applied              | action_required | must_cancel_application, above_review_limit | -       | declined
03-02 11:01 |                                                     | -> verifying         | action_required | must_cancel_application, above_review_limit | -       | declined

Story: Kept for a payment of another product
Shows: C-07 When the payment shows that an event belongs to another product, the event is rejected, and its id is free again.

day         | event                                              | outcome -> state     | availability    | reasons                 | waiting
03-01 09:00 | gateway.domain_added @id=g-1                       | parked -> -          | -               | -                       | -
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   | available       | -                       | -
03-01 10:01 | gateway.domain_added @id=g-1                       | rejected             | available       | wrong_product           | -
03-01 10:02 | certificate.application_submitted @id=g-1          | applied -> verifying | action_required | must_cancel_application | -

Story: The same again, under another id
Shows: C-05 The last event told once more changes nothing; an earlier one told once more does not fit and waits.

day         | event                                              | outcome -> state     | availability    | reasons                 | waiting
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   | available       | -                       | -
03-02 09:00 | certificate.application_submitted                  | applied -> verifying | action_required | must_cancel_application | -
03-02 09:01 | certificate.application_submitted combined=true    | applied -> verifying | action_required | must_cancel_application | -
03-02 15:00 | certificate.issued                                 | applied -> issued    | action_required | must_revoke             | -
03-02 15:01 | certificate.issued                                 | applied -> issued    | action_required | must_revoke             | -
03-02 15:02 | certificate.application_submitted                  | parked -> issued     | action_required | -                       | parked

Story: The same event twice
Shows: C-06 An id of a source counts once; with other content it is rejected, and another source's id is another event.

day                        | event                                                                        | outcome -> state    | reasons   | amount
03-01 10:00                | order.paid product=https_acceleration_gateway cash_paid=1.60 quota_units=300 | applied -> pending  |           | 1.60 USD
03-02 09:00                | gateway.domain_added                                                         | applied -> issued   |           |
03-02 10:00                | gateway.quota_consumed units=60 @id=m-1 @source=meter                        | applied -> issued   |           | 1.28 USD
03-02 11:00 <- 03-02 10:00 | gateway.quota_consumed units=60 @id=m-1 @source=meter                        | duplicate -> issued | -         | 1.28 USD
03-02 11:00 <- 03-02 10:00 | gateway.quota_consumed units=61 @id=m-1 @source=meter                        | rejected            | id_reused | 1.28 USD
03-02 11:00 <- 03-02 10:30 | gateway.quota_consumed units=60 @id=m-1 @source=meter                        | rejected            | id_reused | 1.28 USD
03-02 11:00 <- 03-02 10:00 | gateway.quota_consumed units=60 @id=m-1 @source=other                        | applied -> issued   |           | 0.96 USD

Story: Paid twice, asked twice
Shows: C-07 A second payment of the same thing is rejected.
Shows: C-08 There is one refund under way at a time, and one paid for ever.

day         | event                                                                                   | outcome -> state     | availability | reasons            | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 payment.reference=sandbox_pending_1d | applied -> pending   | available    | -                  | 16.00 USD
03-01 11:00 | order.paid product=ssl_certificate cash_paid=99.00                                      | rejected             | available    | already_paid       | 16.00 USD
03-02 09:00 | refund.requested                                                                        | applied -> refunding | in_progress  | refund_in_progress | 16.00 USD
03-02 10:00 | refund.requested                                                                        | refused -> refunding | in_progress  | refund_in_progress | 16.00 USD
03-03 09:00 | refund.requested                                                                        | refused -> refunded  | refunded     | already_refunded   | 16.00 USD
03-03 10:00 | certificate.application_submitted                                                       | refused -> refunded  | refunded     | already_refunded   | 16.00 USD

Story: Unusable
Shows: C-07 What cannot be used is rejected with its reason and not remembered, so that it may come again, corrected.

day         | event                                                                          | outcome -> state   | reasons
03-01 09:00 | refund.requested                                                               | rejected -> -      | unknown_resource
03-01 10:00 | order.paid product=paper cash_paid=8.00                                        | rejected           | bad_data
03-01 10:00 | order.paid product=https_acceleration_gateway cash_paid=8.00                   | rejected           | bad_data
03-01 10:00 | order.paid product=domain_monitoring                                           | rejected           | bad_data
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 @id=p-1 @subject=          | rejected           | malformed
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 @id=p-1 @specversion="0.3" | rejected           | malformed
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 @id=                       | rejected           | malformed
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 @id=p-1 @time=yesterday    | rejected           | malformed
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 @id=p-1                    | applied -> pending |
03-01 10:01 | monitoring.forgotten                                                           | rejected           | unknown_type
03-01 10:02 | refund.succeeded                                                               | rejected           | reserved_type
03-01 10:02 | refund_window.expired                                                          | rejected           | reserved_type
03-01 10:03 |                                                                                | -> pending         | -

Story: Ahead of the clock
Shows: C-07 A time of more than five minutes ahead of the clock is rejected.

day                                  | event                                               | outcome -> state   | reasons
03-01 10:00                          | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | -
03-02 09:00 <- 03-02 09:05:00.000001 | monitoring.configured                               | rejected           | time_ahead
03-02 09:00 <- 03-02 09:05           | monitoring.configured                               | applied -> issued  |
