-- Ends a pause and tells the senders; told even when there was none, so that one who missed an order is set right.
-- KEYS[1] hash: provider -> JSON of its pause   KEYS[2] hash: provider -> highest token seen
-- KEYS[3] this provider's own key, there only while it is paused
-- ARGV[1] provider   ARGV[2] token   ARGV[3] channel   ARGV[4] the message
-- Answers resumed, not_paused or fenced.
local seen = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
if tonumber(ARGV[2]) < seen then return 'fenced' end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('DEL', KEYS[3])
local ended = redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return ended == 1 and 'resumed' or 'not_paused'
