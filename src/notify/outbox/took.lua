-- Marks what another channel than the first has taken; a copy that is for it alone goes.
-- KEYS: 1 entries, 2 order, 3 the incident's places (hash: channel -> place as JSON)
-- ARGV: 1 member, 2 seq that was sent, 3 text that was sent, 4 channel, 5 mark (limits.ts),
--   6 place as JSON or '', 7 how long it is kept, in ms
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[4], ARGV[6])
  redis.call('PEXPIRE', KEYS[3], ARGV[7])
end
local text = redis.call('HGET', KEYS[1], ARGV[1])
if not text then return 0 end
local entry = cjson.decode(text)
if entry.seq ~= tonumber(ARGV[2]) then return 0 end
if entry.only then
  if entry.text ~= ARGV[3] then return 0 end
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  return 1
end
entry.taken = entry.taken or {}
entry.taken[ARGV[4]] = entry.kind == 'reply' and tonumber(ARGV[5]) or ARGV[5]
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(entry))
return 1
