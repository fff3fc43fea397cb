-- Keeps what a takeover goes on from, unless a newer holder of the lease has written.
-- KEYS[1] hash: head, fence (the highest token seen), and what was learned by name
-- ARGV[1] expiry in s   ARGV[2] fencing token or ''   then name, text, ...; an empty text takes the name away
-- Answers 'written' or 'fenced'.
local token, seen = tonumber(ARGV[2]), tonumber(redis.call('HGET', KEYS[1], 'fence') or 0)
if token and token < seen then return 'fenced' end
if token then redis.call('HSET', KEYS[1], 'fence', ARGV[2]) end
for i = 3, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 'written'
