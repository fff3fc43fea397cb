-- Takes a partition: older claims are fenced off from now on.
-- KEYS  1 state: hash {epoch, next, mark, watermark, seq}
-- ARGV  1 seconds the state is kept
-- Answers {epoch, next, mark}; next and mark are '' while nothing was ever counted.
local epoch = redis.call('HINCRBY', KEYS[1], 'epoch', 1)
-- When it was last heard of: what is claimed and not read yet is waited for, as what is being read.
local time = redis.call('TIME')
local seq = math.max(tonumber(redis.call('HGET', KEYS[1], 'seq') or 0), time[1] * 1000000 + time[2])
redis.call('HSET', KEYS[1], 'seq', string.format('%.0f', seq))
-- Never sooner than apply.lua said.
if redis.call('TTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return { epoch, redis.call('HGET', KEYS[1], 'next') or '', redis.call('HGET', KEYS[1], 'mark') or '' }
