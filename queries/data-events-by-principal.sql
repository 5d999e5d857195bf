-- title: Whose calls make the data events?
-- task: cost of data events
-- answers: Data events by principal and service.
-- look at: trusted machines with most of the events: selectors can leave out a user's ARN too. What they touch:
--   `data-events-by-resource`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT recipientaccountid AS account,
  coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn, useridentity.invokedby) AS who, eventsource,
  count(*) AS events, count_if(readonly = 'true') AS reads
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventcategory = 'Data'
GROUP BY 1, 2, 3
ORDER BY events DESC, account, who, eventsource
LIMIT 1000
