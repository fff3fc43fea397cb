-- Takes an entry out once the receiver has it, and remembers the thread; what replaced its text meanwhile stays.
-- KEYS: 1 entries, 2 order, 3 the incident's thread
-- ARGV: 1 member, 2 seq that was sent, 3 text that was sent, 4 thread as JSON, 5 how long the thread is kept, in ms
-- Answers 1 when the entry is gone, 0 when something of it stays.
redis.call('SET', KEYS[3], ARGV[4], 'PX', ARGV[5])
local text = redis.call('HGET', KEYS[1], ARGV[1])
if not text then return 1 end
local entry, sent = cjson.decode(text), ARGV[3]
-- A card that was put after this one had been taken is another entry, though of the same name.
if entry.seq ~= tonumber(ARGV[2]) then return 0 end
if entry.text == sent then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  return 1
end
if entry.kind == 'reply' and string.sub(entry.text, 1, #sent + 1) == sent .. '\n' then
  entry.text = string.sub(entry.text, #sent + 2)
  -- What the others have taken begins further on as well.
  for channel, mark in pairs(entry.taken or {}) do
    entry.taken[channel] = mark > #sent + 1 and mark - #sent - 1 or nil
  end
  redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(entry))
end
return 0
