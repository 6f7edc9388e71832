# Quotas for deployment to cloud products.

Story: Unused, refunded in full
Shows: R-80 Unused, it is refunded in full.
Shows: R-82 Unused means that no deployment task has been created.
Shows: R-10 Unused, every service is refunded in full.
Shows: R-09 Once the money is back, the order counts as refunded.

day         | event                                              | outcome -> state     | availability | reasons            | amount   | remedy           | window
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 | applied -> pending   | available    | -                  | 8.00 USD | refund.requested | open
03-04 12:00 | refund.requested                                   | applied -> refunding | in_progress  | refund_in_progress | 8.00 USD | -                | claimed
03-04 12:01 |                                                    | -> refunded          | refunded     | already_refunded   | 8.00 USD | -                | claimed

Story: A task with each of the four features
Shows: R-81 Used, it is not refunded.
Shows: R-84 A task of any of the four features is a use: cloud services, hosted, cloud servers, multi-cloud.
Shows: R-11 A quota that has been used is not refunded.

day         | event                                                                 | outcome -> state   | availability | reasons      | amount   | remedy
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 @subject=services  | applied -> pending | available    | -            | 8.00 USD |
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 @subject=hosted    | applied -> pending | available    | -            | 8.00 USD |
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 @subject=servers   | applied -> pending | available    | -            | 8.00 USD |
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 @subject=multi     | applied -> pending | available    | -            | 8.00 USD |
03-02 09:00 | deployment.task_created feature=cloud_services @subject=services      | applied -> issued  | unavailable  | already_used | -        | -
03-02 09:00 | deployment.task_created feature=hosted_cloud_services @subject=hosted | applied -> issued  | unavailable  | already_used | -        | -
03-02 09:00 | deployment.task_created feature=cloud_servers @subject=servers        | applied -> issued  | unavailable  | already_used | -        | -
03-02 09:00 | deployment.task_created feature=multi_cloud @subject=multi            | applied -> issued  | unavailable  | already_used | -        | -
03-02 10:00 | refund.requested @subject=services                                    | refused -> issued  | unavailable  | already_used | -        | -
03-02 10:00 | refund.requested @subject=hosted                                      | refused -> issued  | unavailable  | already_used | -        | -
03-02 10:00 | refund.requested @subject=servers                                     | refused -> issued  | unavailable  | already_used | -        | -
03-02 10:00 | refund.requested @subject=multi                                       | refused -> issued  | unavailable  | already_used | -        | -

Story: A second task, and one that does not name its feature
Shows: R-82 With one deployment task created it has been used; more of them change nothing.

day         | event                                              | outcome -> state   | availability | reasons                     | amount
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 | applied -> pending |              |                             |
03-02 09:00 | deployment.task_created                            | applied -> issued  | unavailable  | already_used                | -
03-02 10:00 | deployment.task_created feature=multi_cloud        | applied -> issued  | unavailable  | already_used                | -
03-09 00:00 |                                                    | -> issued          | unavailable  | window_closed, already_used | -

Story: A feature that there is not
Shows: R-84 There are four features and no other.

day         | event                                              | outcome -> state   | availability | reasons  | amount
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 | applied -> pending |              |          |
03-02 09:00 | deployment.task_created feature=paper              | rejected           | available    | bad_data | 8.00 USD

Story: Unused, asked for too late
Shows: R-08 The general rules bind every service.

day            | event                                              | outcome -> state   | availability | reasons       | amount
03-01 10:00    | order.paid product=cloud_deployment cash_paid=8.00 | applied -> pending | available    | -             | 8.00 USD
03-08 23:59:59 |                                                    | -> pending         | available    | -             | 8.00 USD
03-09 00:00    | refund.requested                                   | refused -> pending | unavailable  | window_closed | -

Story: Bought on each of the four pages
Shows: R-83 It does not matter on which of the four pages the quota was bought.

day         | event                                                                                              | outcome -> state   | availability | amount
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 bought_on=cloud_services @subject=services      | applied -> pending | available    | 8.00 USD
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 bought_on=hosted_cloud_services @subject=hosted | applied -> pending | available    | 8.00 USD
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 bought_on=cloud_servers @subject=servers        | applied -> pending | available    | 8.00 USD
03-01 10:00 | order.paid product=cloud_deployment cash_paid=8.00 bought_on=multi_cloud @subject=multi            | applied -> pending | available    | 8.00 USD
