-- The oldest entries, in order, as one consistent picture; those of muted incidents are passed over.
-- KEYS: 1 entries, 2 order, 3 mutes
-- ARGV: 1 how many, 2 only those behind this seq
-- Answers the server's time in epoch ms, and a list of JSON texts.
local limit, page = tonumber(ARGV[1]), 500
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local mutes, muted = redis.call('HGETALL', KEYS[3]), {}
for i = 1, #mutes, 2 do
  if cjson.decode(mutes[i + 1])['until'] > now then muted[mutes[i]] = true end
end
local quiet = next(muted) ~= nil

local function is_held(text)
  local entry = cjson.decode(text)
  return muted[entry.incident] and entry.mute ~= 'passes'
end

local found, from = {}, 0
while #found < limit do
  local members = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[2], '+inf', 'LIMIT', from, page)
  if #members == 0 then break end
  for _, text in ipairs(redis.call('HMGET', KEYS[1], unpack(members))) do
    if #found < limit and not (quiet and is_held(text)) then table.insert(found, text) end
  end
  from = from + page
end
return { now, found }
