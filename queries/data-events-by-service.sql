-- title: Which services make the data events we pay for?
-- task: cost of data events
-- answers: Data events by account, service and call, and what a trail charges for them at its list price of $0.10 a
--   100,000.
-- look at: reads that nobody needs: event selectors can leave them out. Of which bucket or table:
--   `data-events-by-resource`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT recipientaccountid AS account, eventsource, eventname, readonly, count(*) AS events,
  CAST(count(*) AS DOUBLE) / 1000000 AS dollars
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventcategory = 'Data'
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, account, eventsource, eventname, readonly
LIMIT 1000
