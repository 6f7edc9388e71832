# Private certificate authorities, root or intermediate.

Story: Unused, refunded in full
Shows: R-40 Unused, it is refunded in full.
Shows: R-44 Once the money is back, the authority counts as refunded.
Shows: R-10 Unused, every service is refunded in full.
Shows: R-09 Once the money is back, the order counts as refunded.

day         | event                                         | outcome -> state     | availability | reasons            | amount    | remedy
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 | applied -> pending   | available    | -                  | 90.00 USD | refund.requested
03-02 09:00 | refund.requested                              | applied -> refunding | in_progress  | refund_in_progress | 90.00 USD | -
03-02 09:01 |                                               | -> refunded          | refunded     | already_refunded   | 90.00 USD | -

Story: Root enabled, reset in time, refunded
Shows: R-41 Used, it is refunded where it was reset within seven days.
Shows: R-42 A root CA must be reset before its refund is asked for.
Shows: R-43 Resetting asks to confirm that all data is deleted.
Shows: R-44 Once the money is back, the authority counts as refunded.

day         | event                                         | outcome -> state     | availability    | reasons    | amount    | remedy
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 | applied -> pending   |                 |            |           |
03-02 09:00 | ca.enabled level=root                         | applied -> issued    | action_required | must_reset | 90.00 USD | ca.reset, refund.requested
03-02 10:00 | refund.requested                              | refused -> issued    | action_required | must_reset | 90.00 USD |
03-03 09:00 | ca.reset confirmed_data_deletion=true         | applied -> reset     | available       | -          | 90.00 USD | refund.requested
03-03 10:00 | refund.requested                              | applied -> refunding | in_progress     |            | 90.00 USD |
03-03 10:01 |                                               | -> refunded          | refunded        |            | 90.00 USD |

Story: Intermediate enabled, reset in time, refunded
Shows: R-42 An intermediate CA must be reset before its refund is asked for.

day         | event                                         | outcome -> state     | availability    | reasons    | amount
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 | applied -> pending   |                 |            |
03-02 09:00 | ca.enabled level=intermediate                 | applied -> issued    | action_required | must_reset | 90.00 USD
03-02 10:00 | refund.requested                              | refused -> issued    | action_required | must_reset | 90.00 USD
03-03 09:00 | ca.reset confirmed_data_deletion=true         | applied -> reset     | available       | -          | 90.00 USD
03-03 10:00 | refund.requested                              | applied -> refunding | in_progress     |            | 90.00 USD
03-03 10:01 |                                               | -> refunded          | refunded        |            | 90.00 USD

Story: Neither root nor intermediate
Shows: R-42 A certificate authority is one of the two.

day         | event                                         | outcome -> state   | availability | reasons
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 | applied -> pending |              |
03-02 09:00 | ca.enabled level=leaf                         | rejected           | available    | bad_data
03-02 09:00 | ca.enabled                                    | rejected           | available    | bad_data

Story: Reset without the confirmation
Shows: R-43 Without the confirmation that all data is deleted nothing is reset.

day         | event                                         | outcome -> state   | availability    | reasons             | amount
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 | applied -> pending |                 |                     |
03-02 09:00 | ca.enabled level=root                         | applied -> issued  |                 |                     |
03-03 09:00 | ca.reset                                      | refused -> issued  | action_required | reset_not_confirmed | 90.00 USD
03-03 09:01 | ca.reset confirmed_data_deletion=false        | refused -> issued  | action_required | reset_not_confirmed | 90.00 USD
03-03 09:02 | ca.reset confirmed_data_deletion="true"       | rejected           | action_required | bad_data            | 90.00 USD
03-03 09:03 | refund.requested                              | refused -> issued  | action_required | must_reset          | 90.00 USD
03-03 09:04 | ca.reset confirmed_data_deletion=true         | applied -> reset   | available       | -                   | 90.00 USD

Story: Reset in the last moment, and a moment too late
Shows: R-41 The reset counts within seven days of the purchase.

day                   | event                                                       | outcome -> state   | availability | reasons                        | amount
03-01 10:00           | order.paid product=private_ca cash_paid=90.00               | applied -> pending |              |                                |
03-01 10:00           | order.paid product=private_ca cash_paid=90.00 @subject=late | applied -> pending |              |                                |
03-02 09:00           | ca.enabled level=root                                       | applied -> issued  |              |                                |
03-02 09:00           | ca.enabled level=root @subject=late                         | applied -> issued  |              |                                |
03-08 23:59:59.999999 | ca.reset confirmed_data_deletion=true                       | applied -> reset   | available    | -                              | 90.00 USD
03-09 00:00           | ca.reset confirmed_data_deletion=true @subject=late         | applied -> reset   | unavailable  | window_closed, remedy_too_late | -
03-09 00:01           | refund.requested @subject=late                              | refused -> reset   | unavailable  | window_closed, remedy_too_late | -

Story: Enabled twice, and once more after the reset
Shows: R-42 Whatever has been enabled must be reset, each time.

day         | event                                         | outcome -> state   | availability    | reasons    | amount
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 | applied -> pending |                 |            |
03-02 09:00 | ca.enabled level=root                         | applied -> issued  |                 |            |
03-02 10:00 | ca.enabled level=intermediate                 | applied -> issued  | action_required | must_reset | 90.00 USD
03-03 09:00 | ca.reset confirmed_data_deletion=true         | applied -> reset   | available       | -          | 90.00 USD
03-03 10:00 | ca.enabled level=root                         | applied -> issued  | action_required | must_reset | 90.00 USD

Story: Reset in time, asked for too late
Shows: R-08 The general rules bind every service.

day         | event                                         | outcome -> state   | availability | reasons       | amount
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 | applied -> pending |              |               |
03-02 09:00 | ca.enabled level=root                         | applied -> issued  |              |               |
03-03 09:00 | ca.reset confirmed_data_deletion=true         | applied -> reset   | available    | -             | 90.00 USD
03-09 00:00 | refund.requested                              | refused -> reset   | unavailable  | window_closed | -
