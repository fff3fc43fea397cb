-- Puts a pause in the place of the one that stands, and tells the senders.
-- KEYS[1] hash: target -> JSON of its pause   KEYS[2] hash: target -> highest token seen
-- KEYS[3] this target's own key: the same JSON, there only while it is paused
-- KEYS[4] there while hands are off
-- ARGV[1] target   ARGV[2] token   ARGV[3] who orders it   ARGV[4] channel   ARGV[5] the message
-- ARGV[6] the pause as JSON
-- Answers changed, not_paused, fenced or hands_off.
local seen = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
if tonumber(ARGV[2]) < seen then return 'fenced' end
if ARGV[3] == 'policy' and redis.call('EXISTS', KEYS[4]) == 1 then return 'hands_off' end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 'not_paused' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[6])
redis.call('SET', KEYS[3], ARGV[6])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 'changed'
