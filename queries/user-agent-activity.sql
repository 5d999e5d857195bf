-- title: Who uses this tool?
-- task: triage of a user or an address
-- answers: The principals whose user agent holds a text, in any case: a tool, a distribution, a version.
-- look at: kali, pacu, cloudfox and the like are made for attackers; the agent is what the caller says, and easily
--   changed. Then `address-activity`.
-- param: tool string = kali : part of a user agent
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT coalesce(useridentity.arn, useridentity.principalid, useridentity.type) AS who, sourceipaddress, useragent,
  count(*) AS calls, count(errorcode) AS failed, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND strpos(lower(useragent), lower(:tool)) > 0
GROUP BY 1, 2, 3
ORDER BY calls DESC, who, sourceipaddress, useragent
LIMIT 1000
