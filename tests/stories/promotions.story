# Orders bought in a promotion have the terms of that promotion.

Story: A promotion that excludes refunds
Shows: R-03 A promotion may exclude refunds, whatever else holds.
Rules: promotions.flash_sale.refundable = false

day         | event                                                                   | outcome -> state     | availability | reasons                           | amount | remedy
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 promotion=flash_sale | applied -> pending   | unavailable  | promotion_excluded                | -      | -
03-02 09:00 | refund.requested                                                        | refused -> pending   | unavailable  | promotion_excluded                | -      | -
03-02 10:00 | certificate.application_submitted                                       | applied -> verifying | unavailable  | promotion_excluded                | -      | -
03-09 00:00 |                                                                         | -> verifying         | unavailable  | window_closed, promotion_excluded | -      | -

Story: A promotion with days of its own
Shows: R-03 A promotion may have a period of its own.
Rules: promotions.three_days.window_days = 3
Rules: promotions.a_month.window_days = 30

day            | event                                                                               | outcome -> state     | availability | reasons       | deadline
03-01 10:00    | order.paid product=ssl_certificate cash_paid=16.00 promotion=three_days             | applied -> pending   | available    | -             | 03-05 00:00
03-01 10:00    | order.paid product=ssl_certificate cash_paid=16.00 promotion=a_month @subject=month | applied -> pending   | available    | -             | 04-01 00:00
03-01 10:00    | order.paid product=ssl_certificate cash_paid=16.00 @subject=none                    | applied -> pending   | available    | -             | 03-09 00:00
03-04 23:59:59 |                                                                                     | -> pending           | available    | -             |
03-05 00:00    | refund.requested                                                                    | refused -> pending   | unavailable  | window_closed |
03-31 23:59:59 | refund.requested @subject=month                                                     | applied -> refunding | in_progress  |               |

Story: The days of a promotion bind the reset as well
Shows: R-03 Whatever must be done in time must be done within the promotion's period.
Rules: promotions.three_days.window_days = 3

day         | event                                                              | outcome -> state   | availability    | reasons
03-01 10:00 | order.paid product=private_ca cash_paid=90.00 promotion=three_days | applied -> pending | available       | -
03-02 09:00 | ca.enabled level=root                                              | applied -> issued  | action_required | must_reset
03-05 00:00 | ca.reset confirmed_data_deletion=true                              | applied -> reset   | unavailable     | window_closed, remedy_too_late

Story: A promotion that changes nothing
Shows: R-03 A promotion without terms of its own has the general ones.
Rules: promotions.spring = {}

day         | event                                                               | outcome -> state   | availability | reasons | amount    | deadline
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 promotion=spring | applied -> pending | available    | -       | 16.00 USD | 03-09 00:00

Story: A promotion that no rules name
Shows: R-03 Where its terms are not known, a person looks them up.

day         | event                                                                       | outcome -> state     | availability    | reasons                                    | amount    | deadline    | refund
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 promotion=from_a_partner | applied -> pending   | review_required | promotion_unknown                          | 16.00 USD | 03-09 00:00 | -
03-02 09:00 | certificate.application_submitted                                           | applied -> verifying | action_required | must_cancel_application, promotion_unknown | 16.00 USD |             | -
03-02 10:00 | certificate.application_cancelled                                           | applied -> pending   | review_required | promotion_unknown                          | 16.00 USD |             | -
03-02 11:00 | refund.requested                                                            | applied -> refunding | in_progress     | refund_in_progress                         | 16.00 USD |             | in_review
03-02 12:00 | decline reason="the partner's terms exclude it"                             | applied -> pending   | review_required | promotion_unknown                          | 16.00 USD |             | declined

Story: Excluded and used and paid with coupons
Shows: R-03 Every rule that speaks is named, the promotion's among them.
Rules: promotions.flash_sale.refundable = false

day         | event                                                                                     | outcome -> state   | availability | reasons
03-01 10:00 | order.paid product=domain_monitoring cash_paid=0.00 coupon_paid=8.00 promotion=flash_sale | applied -> pending | unavailable  | promotion_excluded, nothing_paid_in_cash
03-02 09:00 | monitoring.configured                                                                     | applied -> issued  | unavailable  | promotion_excluded, already_used, nothing_paid_in_cash
