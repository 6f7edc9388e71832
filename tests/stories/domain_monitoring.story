# Public domain name monitoring quotas.

Story: Unused, refunded in full
Shows: R-60 Unused, it is refunded in full.
Shows: R-62 Unused means that no monitoring has been configured.
Shows: R-10 Unused, every service is refunded in full.
Shows: R-09 Once the money is back, the order counts as refunded.

day         | event                                               | outcome -> state     | availability | reasons            | amount   | remedy           | window
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending   | available    | -                  | 8.00 USD | refund.requested | open
03-04 12:00 | refund.requested                                    | applied -> refunding | in_progress  | refund_in_progress | 8.00 USD | -                | claimed
03-04 12:01 |                                                     | -> refunded          | refunded     | already_refunded   | 8.00 USD | -                | claimed

Story: Used, not refunded
Shows: R-61 Used, it is not refunded.
Shows: R-62 With monitoring of a domain name configured it has been used.
Shows: R-11 A quota that has been used is not refunded.

day         | event                                               | outcome -> state   | availability | reasons                     | amount   | remedy
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | available    | -                           | 8.00 USD | refund.requested
03-02 09:00 | monitoring.configured                               | applied -> issued  | unavailable  | already_used                | -        | -
03-02 10:00 | refund.requested                                    | refused -> issued  | unavailable  | already_used                | -        | -
03-02 11:00 | monitoring.configured                               | applied -> issued  | unavailable  | already_used                | -        | -
03-09 00:00 |                                                     | -> issued          | unavailable  | window_closed, already_used | -        | -

Story: Unused, asked for too late
Shows: R-08 The general rules bind every service.

day            | event                                               | outcome -> state   | availability | reasons       | amount
03-01 10:00    | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | available    | -             | 8.00 USD
03-08 23:59:59 |                                                     | -> pending         | available    | -             | 8.00 USD
03-09 00:00    | refund.requested                                    | refused -> pending | unavailable  | window_closed | -

Story: Not to be used once it is refunded
Shows: C-08 What has been refunded takes no further use.

day         | event                                               | outcome -> state     | availability | reasons          | amount
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending   |              |                  |
03-02 09:00 | refund.requested                                    | applied -> refunding |              |                  |
03-02 10:00 | monitoring.configured                               | refused -> refunded  | refunded     | already_refunded | 8.00 USD
