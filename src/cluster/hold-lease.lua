-- Takes or renews the lease.
-- KEYS[1] the holder, "<id> <token>"   KEYS[2] the last token given
-- ARGV[1] the caller's id   ARGV[2] length in ms
-- Answers the token while the caller holds it, else false.
local holder = redis.call('GET', KEYS[1])
if holder then
  local id, token = string.match(holder, '^(%S+) (%d+)$')
  if id ~= ARGV[1] then return false end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return tonumber(token)
end
-- No less than the clock, in ms: tokens must grow even when Redis has lost the last one.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local token = string.format('%.0f', math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, now))
redis.call('SET', KEYS[2], token)
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. token, 'PX', ARGV[2])
return tonumber(token)
