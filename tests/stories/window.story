# The refund period. Paid on 1 March, the seventh day after is 8 March, and 9 March is too late.

Story: Up to the last moment of the seventh day
Shows: R-01 A refund may be asked for within seven calendar days after the payment; the day of the payment is not counted.

day                   | event                                               | outcome -> state     | availability | reasons            | deadline    | window
03-01 10:00           | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending   | available    | -                  | 03-09 00:00 | open
03-08 23:59:59.999999 |                                                     | -> pending           | available    | -                  | 03-09 00:00 | open
03-08 23:59:59.999999 | refund.requested                                    | applied -> refunding | in_progress  | refund_in_progress | 03-09 00:00 | claimed

Story: A moment too late
Shows: R-01 With the end of the seventh day the period is over.
Shows: R-02 Late requests are not accepted.

day         | event                                               | outcome -> state   | availability | reasons       | amount   | remedy           | window
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | available    | -             | 8.00 USD | refund.requested | open
03-09 00:00 |                                                     | -> pending         | unavailable  | window_closed | -        | -                | closed
03-09 00:00 | refund.requested                                    | refused -> pending | unavailable  | window_closed | -        | -                | closed
03-20 12:00 | refund.requested                                    | refused -> pending | unavailable  | window_closed | -        | -                | closed

Story: Paid in the last second of a day and in the first of the next
Shows: R-01 Days of the calendar are counted, not hours.

day            | event                                                                 | outcome -> state   | deadline
03-01 23:59:59 | order.paid product=domain_monitoring cash_paid=8.00 @subject=evening  | applied -> pending | 03-09 00:00
03-02 00:00    | order.paid product=domain_monitoring cash_paid=8.00 @subject=midnight | applied -> pending | 03-10 00:00

Story: Across a leap day and across a new year
Shows: R-01 Days of the calendar are counted, whatever the calendar holds.

day              | event                                                               | outcome -> state   | deadline
2027-02-25 12:00 | order.paid product=domain_monitoring cash_paid=8.00 @subject=common | applied -> pending | 2027-03-05 00:00
2027-12-29 12:00 | order.paid product=domain_monitoring cash_paid=8.00 @subject=year   | applied -> pending | 2028-01-06 00:00
2028-02-25 12:00 | order.paid product=domain_monitoring cash_paid=8.00 @subject=leap   | applied -> pending | 2028-03-04 00:00

Story: Days of another zone
Shows: C-11 Which day it is, the zone of the rules says: in Shanghai, 16:30 UTC is the next day already.
Rules: window.zone = "Asia/Shanghai"

day            | event                                                               | outcome -> state   | availability | reasons       | deadline
03-01 15:30    | order.paid product=domain_monitoring cash_paid=8.00 @subject=before | applied -> pending | available    | -             | 03-08 16:00
03-01 16:30    | order.paid product=domain_monitoring cash_paid=8.00                 | applied -> pending | available    | -             | 03-09 16:00
03-09 15:59:59 |                                                                     | -> pending         | available    | -             | 03-09 16:00
03-09 16:00    | refund.requested                                                    | refused -> pending | unavailable  | window_closed | 03-09 16:00

Story: Clocks are changed within the period
Shows: C-11 The last day ends with its own midnight, in summer time.
Rules: window.zone = "Europe/Berlin"

day         | event                                               | outcome -> state   | deadline
03-25 10:00 | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | 04-01 22:00

Story: Days of exactly 24 hours
Shows: C-11 Rules may count from the moment of the payment instead.
Rules: window.convention = "exact"

day                   | event                                               | outcome -> state   | availability | reasons       | deadline
03-01 10:00           | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | available    | -             | 03-08 10:00
03-08 09:59:59.999999 |                                                     | -> pending         | available    | -             | 03-08 10:00
03-08 10:00           | refund.requested                                    | refused -> pending | unavailable  | window_closed | 03-08 10:00

Story: Another number of days
Shows: C-11 The number of days is a setting of the rules.
Rules: window.days = 14

day         | event                                               | outcome -> state   | deadline
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | 03-16 00:00

Story: What is issued stays issued when its window closes
Shows: R-02 The end of the period ends the refund, not the certificate.

day         | event                                              | outcome -> state     | availability    | reasons       | window
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   |                 |               | open
03-02 09:00 | certificate.application_submitted                  | applied -> verifying |                 |               | open
03-02 15:00 | certificate.issued                                 | applied -> issued    | action_required | must_revoke   | open
03-20 12:00 |                                                    | -> issued            | unavailable     | window_closed | closed
03-20 13:00 | certificate.revocation_requested                   | applied -> revoking  | unavailable     | window_closed | closed

Story: Asked in time, paid after the deadline
Shows: R-01 It is the request that the period binds; what it leads to may take longer.

day         | event                                                                                    | outcome -> state     | availability | reasons            | amount   | window
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 payment.reference=sandbox_pending_1d | applied -> pending   |              |                    |          | open
03-08 23:00 | refund.requested                                                                         | applied -> refunding | in_progress  | refund_in_progress | 8.00 USD | claimed
03-09 12:00 |                                                                                          | -> refunding         | in_progress  | refund_in_progress | 8.00 USD | claimed
03-09 23:00 |                                                                                          | -> refunded          | refunded     | already_refunded   | 8.00 USD | claimed

Story: Asked in time, failed, asked again after the deadline
Shows: C-09 What was asked for in time is not lost to the clock: after a payment that failed it may be asked for again.

day         | event                                                                               | outcome -> state     | availability | reasons            | amount   | refund     | window
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 payment.reference=sandbox_fails | applied -> pending   |              |                    |          | -          | open
03-08 23:00 | refund.requested                                                                    | applied -> refunding | in_progress  | refund_in_progress | 8.00 USD | processing | claimed
03-08 23:01 |                                                                                     | -> pending           | available    | -                  | 8.00 USD | failed     | claimed
03-10 12:00 | refund.requested                                                                    | applied -> refunding | in_progress  | refund_in_progress | 8.00 USD | processing | claimed

Story: A claimed window does not wait for a revocation
Shows: C-09 The claim keeps the request, but a revocation or a reset is bound by the deadline all the same.

day         | event                                                                         | outcome -> state     | availability    | reasons         | window  | remedy
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 payment.reference=sandbox_fails | applied -> pending   |                 |                 | open    |
03-02 09:00 | refund.requested                                                              | applied -> refunding |                 |                 | claimed |
03-02 10:00 | ca.enabled level=root                                                         | applied -> issued    | action_required | must_reset      | claimed | ca.reset, refund.requested
03-09 00:00 |                                                                               | -> issued            | unavailable     | remedy_too_late | claimed | -
03-09 00:01 | ca.reset confirmed_data_deletion=true                                         | applied -> reset     | unavailable     | remedy_too_late | claimed | -

Story: Until when each step may be taken
Shows: R-01 Every step that is missing, and the request behind it, must be taken before the period ends.
Shows: C-09 On a claimed window only a revocation or a reset is still bound by the deadline, not the request, nor what leads there by itself.

day         | event                                                                              | outcome -> state     | availability    | remedy                                                                               | before
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 payment.reference=sandbox_fails | applied -> pending   | available       | refund.requested                                                                     | 03-09 00:00
03-02 09:00 | certificate.application_submitted                                                  | applied -> verifying | action_required | certificate.application_cancelled, refund.requested                                  | 03-09 00:00, 03-09 00:00
03-02 10:00 | certificate.application_cancelled                                                  | applied -> pending   |                 |                                                                                      |
03-02 11:00 | refund.requested                                                                   | applied -> refunding | in_progress     | -                                                                                    | -
03-02 12:00 |                                                                                    | -> pending           | available       | refund.requested                                                                     | -
03-02 13:00 | certificate.application_submitted                                                  | applied -> verifying | action_required | certificate.application_cancelled, refund.requested                                  | -, -
03-02 14:00 | certificate.issued                                                                 | applied -> issued    | action_required | certificate.revocation_requested, certificate.revocation_completed, refund.requested | 03-09 00:00, 03-09 00:00, -

Story: A refused request claims nothing
Shows: C-09 Only a request that was accepted holds the window.

day         | event                                         | outcome -> state   | availability    | reasons       | window
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 | applied -> pending |                 |               | open
03-02 09:00 | ca.enabled level=root                         | applied -> issued  | action_required | must_reset    | open
03-02 10:00 | refund.requested                              | refused -> issued  | action_required | must_reset    | open
03-09 00:00 |                                               | -> issued          | unavailable     | window_closed | closed

Story: Declined after the deadline
Shows: C-09 With a refund that is declined the claim ends, and the window is as the deadline says.
Rules: review.above = { USD = "5.00" }

day         | event                                               | outcome -> state     | availability    | reasons            | refund    | window
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending   | review_required | above_review_limit | -         | open
03-08 23:00 | refund.requested                                    | applied -> refunding | in_progress     | refund_in_progress | in_review | claimed
03-09 12:00 | decline reason="paid by mistake"                    | applied -> pending   | unavailable     | window_closed      | declined  | closed
