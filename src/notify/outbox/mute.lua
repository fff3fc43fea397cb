-- Holds an incident's entries back for a while.
-- KEYS: 1 mutes (hash: incident -> {until, severity})
-- ARGV: 1 incident, 2 severity, 3 length in ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local mutes = redis.call('HGETALL', KEYS[1])
for i = 1, #mutes, 2 do
  if cjson.decode(mutes[i + 1])['until'] <= now then redis.call('HDEL', KEYS[1], mutes[i]) end
end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode({ ['until'] = now + tonumber(ARGV[3]), severity = ARGV[2] }))
return redis.status_reply('OK')
