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
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. token, 'PX', ARGV[2])
return token
