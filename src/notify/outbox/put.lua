-- Puts notices into the outbox, unless a newer holder of the lease has; a card replaces the incident's waiting one in
-- place.
-- KEYS: 1 entries (hash: member -> JSON), 2 order (sorted set: member -> seq), 3 seq (counter),
--   4 mutes (hash: incident -> {until, severity}), 5 names (sorted set: what was put by name -> order),
--   6 the highest fencing token seen
-- ARGV: 1 notices as a JSON array (outbox.ts), 2 reply limit, 3 joined length, 4 how many names are kept,
--   5 fencing token or ''
-- Answers the number of entries waiting, or 'fenced'.
local token, seen = tonumber(ARGV[5]), tonumber(redis.call('GET', KEYS[6]) or 0)
if token and token < seen then return 'fenced' end
if token then redis.call('SET', KEYS[6], ARGV[5]) end
local limit, joined, kept = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Whether the incident is still muted once this notice has come.
local function is_muted(notice)
  local text = redis.call('HGET', KEYS[4], notice.incident)
  if not text then return false end
  local mute = cjson.decode(text)
  local worse = notice.severity == 'critical' and mute.severity == 'warning'
  if mute['until'] > now and not (notice.mute == 'ends' or worse) then return true end
  redis.call('HDEL', KEYS[4], notice.incident)
  return false
end

-- The newest waiting reply of an incident; only looked for when the outbox is full, or the incident muted.
local function waiting_reply(incident)
  for _, member in ipairs(redis.call('ZREVRANGE', KEYS[2], 0, -1)) do
    if string.sub(member, 1, 6) == 'reply:' then
      local entry = cjson.decode(redis.call('HGET', KEYS[1], member))
      if entry.incident == incident then return member, entry end
    end
  end
end

-- Whether what it tells was put before, by its name; remembers the name.
local function is_known(name)
  if redis.call('ZSCORE', KEYS[5], name) then return true end
  local last = redis.call('ZREVRANGE', KEYS[5], 0, 0, 'WITHSCORES')[2] or '0'
  redis.call('ZADD', KEYS[5], tonumber(last) + 1, name)
  redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -kept - 1)
  return false
end

local function put(notice)
  if notice.once and is_known(notice.once) then return end
  notice.once = nil
  local member, entry
  notice.at = now
  local muted = is_muted(notice) and notice.mute ~= 'passes'
  if muted then notice.mention = nil end
  if notice.kind == 'card' then
    member = 'card:' .. notice.incident .. (notice.only and '@' .. notice.only or '')
    local old = redis.call('HGET', KEYS[1], member)
    if old then
      local before = cjson.decode(old)
      entry = notice
      entry.seq, entry.at, entry.taken = before.seq, before.at, before.taken
    end
  elseif muted or redis.call('ZCARD', KEYS[2]) >= limit then
    member, entry = waiting_reply(notice.incident)
    if entry then entry.mention = entry.mention or notice.mention end
    if entry and #entry.text <= joined then entry.text = entry.text .. '\n' .. notice.text end
  end
  if not entry then
    entry = notice
    entry.seq = redis.call('INCR', KEYS[3])
    if notice.kind == 'reply' then member = 'reply:' .. entry.seq end
    redis.call('ZADD', KEYS[2], entry.seq, member)
  end
  entry.severity = notice.severity
  redis.call('HSET', KEYS[1], member, cjson.encode(entry))
end

for _, notice in ipairs(cjson.decode(ARGV[1])) do put(notice) end
return redis.call('ZCARD', KEYS[2])
