-- Ends a pause and tells the senders; told even when there was none, so that one who missed an order is set right.
-- KEYS[1] hash: target -> JSON of its pause   KEYS[2] hash: target -> highest token seen
-- KEYS[3] this target's own key: the same JSON, there only while it is paused
-- KEYS[4] there while hands are off
-- ARGV[1] target   ARGV[2] token   ARGV[3] who orders it   ARGV[4] channel   ARGV[5] the message
-- Answers resumed, not_paused, fenced or hands_off.
local seen = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
if tonumber(ARGV[2]) < seen then return 'fenced' end
if ARGV[3] == 'policy' and redis.call('EXISTS', KEYS[4]) == 1 then return 'hands_off' end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('DEL', KEYS[3])
local ended = redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return ended == 1 and 'resumed' or 'not_paused'
