# SSL certificates.

Story: Never applied for, refunded in full
Shows: R-20 Unused, it is refunded in full.
Shows: R-26 Unused means that no certificate has been applied for.
Shows: R-10 Unused, every service is refunded in full.
Shows: R-09 Once the money is back, the order counts as refunded.

day         | event                                              | outcome -> state     | availability | reasons            | amount    | remedy           | window
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   | available    | -                  | 16.00 USD | refund.requested | open
03-02 09:00 | refund.requested                                   | applied -> refunding | in_progress  | refund_in_progress | 16.00 USD | -                | claimed
03-02 09:01 |                                                    | -> refunded          | refunded     | already_refunded   | 16.00 USD | -                | claimed

Story: Verifying, cancelled first
Shows: R-27 While an application is being verified, it must be cancelled before a refund is asked for.

day         | event                                              | outcome -> state     | availability    | reasons                 | amount    | remedy
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   | available       | -                       | 16.00 USD |
03-02 09:00 | certificate.application_submitted                  | applied -> verifying | action_required | must_cancel_application | 16.00 USD | certificate.application_cancelled, refund.requested
03-02 10:00 | refund.requested                                   | refused -> verifying | action_required | must_cancel_application | 16.00 USD |
03-03 09:00 | certificate.application_cancelled                  | applied -> pending   | available       | -                       | 16.00 USD | refund.requested
03-03 10:00 | refund.requested                                   | applied -> refunding | in_progress     |                         | 16.00 USD |
03-03 10:01 |                                                    | -> refunded          | refunded        |                         | 16.00 USD |

Story: Validation failed, cancelled first
Shows: R-28 An application whose validation failed must be cancelled before a refund is asked for.

day         | event                                              | outcome -> state             | availability    | reasons                 | amount    | remedy
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending           |                 |                         |           |
03-02 09:00 | certificate.application_submitted                  | applied -> verifying         |                 |                         |           |
03-02 15:00 | certificate.validation_failed                      | applied -> validation_failed | action_required | must_cancel_application | 16.00 USD | certificate.application_cancelled, refund.requested
03-02 16:00 | refund.requested                                   | refused -> validation_failed | action_required | must_cancel_application | 16.00 USD |
03-03 09:00 | certificate.application_cancelled                  | applied -> pending           | available       | -                       | 16.00 USD | refund.requested
03-03 10:00 | refund.requested                                   | applied -> refunding         | in_progress     |                         | 16.00 USD |
03-03 10:01 |                                                    | -> refunded                  | refunded        |                         | 16.00 USD |

Story: Validation failed, applied for again
Shows: R-27 A second application must be cancelled like the first.

day         | event                                              | outcome -> state             | availability    | reasons
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending           |                 |
03-02 09:00 | certificate.application_submitted                  | applied -> verifying         |                 |
03-02 15:00 | certificate.validation_failed                      | applied -> validation_failed |                 |
03-02 16:00 | certificate.application_submitted                  | applied -> verifying         | action_required | must_cancel_application

Story: Issued, revoked in time, refunded
Shows: R-21 Used, it is refunded where it was revoked within seven days.
Shows: R-29 An issued certificate must be revoked first; then the refund is asked for.

day         | event                                              | outcome -> state     | availability    | reasons              | amount    | remedy
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   |                 |                      |           |
03-02 09:00 | certificate.application_submitted                  | applied -> verifying |                 |                      |           |
03-02 15:00 | certificate.issued                                 | applied -> issued    | action_required | must_revoke          | 16.00 USD | certificate.revocation_requested, certificate.revocation_completed, refund.requested
03-03 09:00 | refund.requested                                   | refused -> issued    | action_required | must_revoke          | 16.00 USD |
03-03 10:00 | certificate.revocation_requested                   | applied -> revoking  | action_required | revocation_in_review | 16.00 USD | certificate.revocation_completed, refund.requested
03-03 11:00 | refund.requested                                   | refused -> revoking  | action_required | revocation_in_review | 16.00 USD |
03-05 09:00 | certificate.revocation_completed                   | applied -> revoked   | available       | -                    | 16.00 USD | refund.requested
03-05 10:00 | refund.requested                                   | applied -> refunding | in_progress     |                      | 16.00 USD |
03-05 10:01 |                                                    | -> refunded          | refunded        |                      | 16.00 USD |

Story: Revocation completed in the last moment
Shows: R-24 The review of the revocation must be completed within seven calendar days of the payment.

day                   | event                                              | outcome -> state     | availability    | reasons              | amount    | deadline
03-01 10:00           | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   |                 |                      |           | 03-09 00:00
03-02 09:00           | certificate.application_submitted                  | applied -> verifying |                 |                      |           |
03-02 15:00           | certificate.issued                                 | applied -> issued    |                 |                      |           |
03-08 10:00           | certificate.revocation_requested                   | applied -> revoking  | action_required | revocation_in_review | 16.00 USD |
03-08 23:59:59.999999 | certificate.revocation_completed                   | applied -> revoked   | available       | -                    | 16.00 USD |
03-08 23:59:59.999999 | refund.requested                                   | applied -> refunding | in_progress     |                      | 16.00 USD |

Story: Revocation asked for in time, completed too late
Shows: R-24 The review must be completed in time; that it was asked for in time does not help.

day         | event                                              | outcome -> state     | availability    | reasons                        | amount    | remedy
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   |                 |                                |           |
03-02 09:00 | certificate.application_submitted                  | applied -> verifying |                 |                                |           |
03-02 15:00 | certificate.issued                                 | applied -> issued    |                 |                                |           |
03-03 10:00 | certificate.revocation_requested                   | applied -> revoking  | action_required | revocation_in_review           | 16.00 USD |
03-09 00:00 | certificate.revocation_completed                   | applied -> revoked   | unavailable     | window_closed, remedy_too_late | -         | -
03-09 00:01 | refund.requested                                   | refused -> revoked   | unavailable     | window_closed, remedy_too_late | -         |

Story: Revoked in time, asked for too late
Shows: R-23 A request more than seven calendar days after the purchase is not accepted.
Shows: R-02 Late requests are not accepted.

day         | event                                              | outcome -> state     | availability | reasons       | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   |              |               |
03-02 09:00 | certificate.application_submitted                  | applied -> verifying |              |               |
03-02 15:00 | certificate.issued                                 | applied -> issued    |              |               |
03-03 10:00 | certificate.revocation_requested                   | applied -> revoking  |              |               |
03-04 10:00 | certificate.revocation_completed                   | applied -> revoked   | available    | -             | 16.00 USD
03-09 00:00 | refund.requested                                   | refused -> revoked   | unavailable  | window_closed | -

Story: Never applied for, asked for too late
Shows: R-23 A request more than seven calendar days after the purchase is not accepted.
Shows: R-08 The general rules bind every service.

day         | event                                              | outcome -> state   | availability | reasons       | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending | available    | -             | 16.00 USD
03-09 00:00 | refund.requested                                   | refused -> pending | unavailable  | window_closed | -

Story: Revocation rejected
Shows: R-29 A revocation that was asked for and rejected is none.

day         | event                                              | outcome -> state     | availability    | reasons     | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   |                 |             |
03-02 09:00 | certificate.application_submitted                  | applied -> verifying |                 |             |
03-02 15:00 | certificate.issued                                 | applied -> issued    |                 |             |
03-03 10:00 | certificate.revocation_requested                   | applied -> revoking  |                 |             |
03-04 10:00 | certificate.revocation_rejected                    | applied -> issued    | action_required | must_revoke | 16.00 USD
03-04 11:00 | refund.requested                                   | refused -> issued    | action_required | must_revoke | 16.00 USD

Story: Combined, never refunded once issued
Shows: R-22 A combined certificate is not refunded.
Shows: R-25 This concerns multi-domain certificates requested with Combine Certificates, revoked or not.

day         | event                                              | outcome -> state     | availability | reasons                             | amount    | remedy
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   | available    | -                                   | 16.00 USD |
03-02 09:00 | certificate.application_submitted combined=true    | applied -> verifying |              |                                     |           |
03-02 15:00 | certificate.issued                                 | applied -> issued    | unavailable  | combined_certificate                | -         | -
03-02 16:00 | refund.requested                                   | refused -> issued    | unavailable  | combined_certificate                | -         | -
03-03 10:00 | certificate.revocation_requested                   | applied -> revoking  | unavailable  | combined_certificate                | -         | -
03-04 10:00 | certificate.revocation_completed                   | applied -> revoked   | unavailable  | combined_certificate                | -         | -
03-04 11:00 | refund.requested                                   | refused -> revoked   | unavailable  | combined_certificate                | -         | -
03-09 00:00 |                                                    | -> revoked           | unavailable  | window_closed, combined_certificate | -         | -

Story: Combined, but cancelled before it was issued
Shows: R-25 Nothing combined has been issued, so the way to the refund is the usual one.

day         | event                                              | outcome -> state             | availability    | reasons                 | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending           |                 |                         |
03-02 09:00 | certificate.application_submitted combined=true    | applied -> verifying         | action_required | must_cancel_application | 16.00 USD
03-02 10:00 | certificate.validation_failed                      | applied -> validation_failed | action_required | must_cancel_application | 16.00 USD
03-02 11:00 | certificate.application_cancelled                  | applied -> pending           | available       | -                       | 16.00 USD
03-02 12:00 | certificate.application_submitted                  | applied -> verifying         |                 |                         |
03-02 15:00 | certificate.issued                                 | applied -> issued            | action_required | must_revoke             | 16.00 USD

Story: Combined at the second attempt
Shows: R-25 What counts is the application that led to the certificate.

day         | event                                              | outcome -> state             | availability | reasons              | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending           |              |                      |
03-02 09:00 | certificate.application_submitted combined=false   | applied -> verifying         |              |                      |
03-02 10:00 | certificate.validation_failed                      | applied -> validation_failed |              |                      |
03-02 11:00 | certificate.application_submitted combined=true    | applied -> verifying         |              |                      |
03-02 15:00 | certificate.issued                                 | applied -> issued            | unavailable  | combined_certificate | -

Story: Combined at the first attempt only
Shows: R-25 What counts is the application that led to the certificate, and nothing counts before it is issued.

day         | event                                              | outcome -> state             | availability    | reasons                 | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending           |                 |                         |
03-02 09:00 | certificate.application_submitted combined=true    | applied -> verifying         | action_required | must_cancel_application | 16.00 USD
03-02 10:00 | certificate.validation_failed                      | applied -> validation_failed |                 |                         |
03-02 11:00 | certificate.application_submitted combined=false   | applied -> verifying         |                 |                         |
03-02 15:00 | certificate.issued                                 | applied -> issued            | action_required | must_revoke             | 16.00 USD

Story: Combined, still verifying when the window closes
Shows: R-25 Nothing combined has been issued; it is the period alone that ends the refund.

day         | event                                              | outcome -> state     | availability | reasons       | amount
03-01 10:00 | order.paid product=ssl_certificate cash_paid=16.00 | applied -> pending   |              |               |
03-02 09:00 | certificate.application_submitted combined=true    | applied -> verifying |              |               |
03-09 00:00 |                                                    | -> verifying         | unavailable  | window_closed | -
