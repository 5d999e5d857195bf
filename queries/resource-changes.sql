-- title: Who changed this resource?
-- task: who changed this resource
-- answers: Every call that changes something and names a resource: its ARN, the name at the end of one, or a value in
--   the request.
-- look at: changes outside of deployments, and who was refused first. What else the same person changed:
--   `user-changes`.
-- param: resource string = sg-0705d48b8a8ccadb8 : a name, an id or an ARN, as it stands in requests
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who, eventsource, eventname,
  errorcode, sourceipaddress, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND readonly = 'false'
  AND coalesce(eventcategory, 'Management') = 'Management'
  AND (
    strpos(requestparameters, '"' || :resource || '"') > 0
    OR any_match(resources, r -> r.arn = :resource OR regexp_extract(r.arn, '[^:/]+$') = :resource)
  )
ORDER BY eventtime, eventsource, eventname
LIMIT 1000
