-- Appends lines to the journal, unless somebody was faster or a newer holder of the lease has written.
-- KEYS[1] stream: <seq>-0 -> line   KEYS[2] hash: seq, hash, token   KEYS[3] hash: incident -> highest revision
-- ARGV[1] the head the lines were made for: its seq   ARGV[2] its hash   ARGV[3] the head after them: its hash
-- ARGV[4] fencing token or ''   ARGV[5] how many entries are kept   ARGV[6] expiry in s
-- then for each line: incident or '', revision or '', line
-- Answers 'written', 'fenced', or {seq, hash} of the head when that is another.
local token = tonumber(ARGV[4])
if token and token < tonumber(redis.call('HGET', KEYS[2], 'token') or '0') then return 'fenced' end
local seq = redis.call('HGET', KEYS[2], 'seq') or '0'
local hash = redis.call('HGET', KEYS[2], 'hash') or ''
if seq ~= ARGV[1] or hash ~= ARGV[2] then return { seq, hash } end
for i = 7, #ARGV, 3 do
  seq = string.format('%.0f', tonumber(seq) + 1)
  redis.call('XADD', KEYS[1], seq .. '-0', 'line', ARGV[i + 2])
  if ARGV[i] ~= '' and ARGV[i + 1] ~= '' then redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
end
redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[5])
redis.call('HSET', KEYS[2], 'seq', seq, 'hash', ARGV[3])
if token then redis.call('HSET', KEYS[2], 'token', ARGV[4]) end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[6]) end
return 'written'
