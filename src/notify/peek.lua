-- The oldest entries, in order, as one consistent picture.
-- KEYS: 1 entries, 2 order
-- ARGV: 1 how many
-- Answers a list of JSON texts.
local members = redis.call('ZRANGE', KEYS[2], 0, tonumber(ARGV[1]) - 1)
if #members == 0 then return {} end
return redis.call('HMGET', KEYS[1], unpack(members))
