-- Sets a pause and tells the senders.
-- KEYS[1] hash: provider -> JSON of its pause   KEYS[2] hash: provider -> highest token seen
-- KEYS[3] this provider's own key: the same JSON, there only while it is paused
-- ARGV[1] provider   ARGV[2] token   ARGV[3] the pause as JSON   ARGV[4] channel   ARGV[5] the message
-- Answers paused, already_paused or fenced.
local seen = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
if tonumber(ARGV[2]) < seen then return 'fenced' end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[3]) == 0 then return 'already_paused' end
redis.call('SET', KEYS[3], ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 'paused'
