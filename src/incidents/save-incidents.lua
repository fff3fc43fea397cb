-- Keeps incidents, each unless a higher revision of it is kept, and drops those resolved long ago; or nothing of it
-- when a newer holder of the lease has written.
-- KEYS[1] hash: id -> JSON   KEYS[2] hash: id -> revision   KEYS[3] sorted set: resolved ids by when, ms
-- KEYS[4] the highest fencing token seen
-- ARGV[1] drop what was resolved before this, ms   ARGV[2] expiry of the keys in s   ARGV[3] fencing token or ''
-- then for each incident: id, revision, when resolved in ms or '', JSON
-- Answers how many were kept, or 'fenced'.
local token, seen = tonumber(ARGV[3]), tonumber(redis.call('GET', KEYS[4]) or 0)
if token and token < seen then return 'fenced' end
if token then redis.call('SET', KEYS[4], ARGV[3]) end
local kept = 0
for i = 4, #ARGV, 4 do
  local id, revision, resolved, json = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if tonumber(revision) >= tonumber(redis.call('HGET', KEYS[2], id) or '0') then
    redis.call('HSET', KEYS[1], id, json)
    redis.call('HSET', KEYS[2], id, revision)
    if resolved ~= '' then redis.call('ZADD', KEYS[3], resolved, id) end
    kept = kept + 1
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[1])) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
  redis.call('ZREM', KEYS[3], id)
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[2]) end
return kept
