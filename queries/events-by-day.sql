-- title: Are events missing?
-- task: log tampering
-- answers: Events a day of each account and region, of management and of data, with the first and the last.
-- look at: days that are empty or short in an account that is usually busy. Whether a trail was stopped:
--   `trail-changes`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT account, region, year || '-' || month || '-' || day AS on_day, coalesce(eventcategory, 'Management') AS category,
  count(*) AS events, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
GROUP BY 1, 2, 3, 4
ORDER BY account, region, on_day, category
