-- Gives the next fencing token of an order.
-- KEYS[1] the last token given
-- No less than the clock, in ms: tokens must grow even when Redis has lost the last one, since what providers and
-- senders were told under an earlier one they would take for a repetition.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local token = string.format('%.0f', math.max(tonumber(redis.call('GET', KEYS[1]) or 0) + 1, now))
redis.call('SET', KEYS[1], token)
return tonumber(token)
