-- Ends the lease if the caller holds it.
-- KEYS[1] the holder, "<id> <token>"   ARGV[1] the caller's id
-- Answers 1 when it was ended, else 0.
local holder = redis.call('GET', KEYS[1])
if holder and string.match(holder, '^%S+') == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
