"""Stories: what happens to one purchase, as a table that a person can check against the published rules.

A `.story` file holds stories. A product's file bears the product's key, and is all that a new product needs here.

    Story: Verifying, cancelled first
    Shows: R-27 While the certificate authority looks at an application, it must be cancelled before the refund.
    Rules: window.zone = "Asia/Shanghai"

    day         | event                                   | outcome -> state     | availability    | amount
    03-01 10:00 | order.paid product=… cash_paid=16.00    | applied -> pending   | available       | 16.00 USD
    03-02 09:00 | certificate.application_submitted       | applied -> verifying |                 |
    03-03 09:00 |                                         | -> verifying         | action_required | 16.00 USD

Above the table
    Story   the title, which names the test; it starts a story
    Shows   a rule's id from docs/rule-coverage.md, and the rule in our own words; once or more
    Rules   one line of a rules file, in TOML; as many as are needed. Without any the built-in rules are in force
    #       a remark; remarks and empty lines may stand anywhere

The table starts with the names of its columns: `day` and `event`, then any of those below, in any order.
    day     when the event arrives, in UTC and in 2026 unless a year is given: `03-02 09:00`, `03-09 00:00:01`,
            `2028-02-29 00:00`. `03-09 00:10 <- 03-08 23:59` arrives at the first and happened at the second of the
            two; `<- untold` has no time of its own. Days never go back; on the way from one to the next everything
            is done that falls due.
    event   the type, then data as name=value. `true`, `false` and whole numbers are taken as such; everything else,
            and what stands in double quotes, is text. a.b=value is b inside a. @name=value is an attribute of the
            CloudEvent itself, left out of it where the value is empty; an event concerns the resource `r` unless
            there is a @subject. A payment needs product and cash_paid; it is in USD, without coupons, through the
            sandbox, unless it says otherwise. `approve by=maria` and `decline by=maria reason=…` are the word of a
            second person on the refund in review. An empty event only asks; so does @subject alone.

What a line expects: an empty cell is not looked at, `-` means that there is none.
    outcome -> state   what became of the event, and the state right after it; of a question, the present state. Each
                       side may be left out, but an event always names its outcome
    availability       the answer to "may it be refunded?", asked right after the event
    reasons            codes in their order: why the event was not applied, otherwise those of the answer
    amount, destination, deadline, window, remedy, before
                       of the answer; the remedy as a list of events, and until when each of them may be taken
    refund             the status of the present or last refund
    waiting            the events that nobody has resolved, each as `parked` or `dead`

A line that cannot be read raises StoryError with its file and number. A line that turns out differently fails the test
of its story with file and number, the column, what was expected and what came.
"""
