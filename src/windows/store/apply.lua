-- Counts one folded batch and moves the partition's offset, or changes nothing.
-- KEYS  1 state: hash {epoch, next, mark, watermark, seq}
--       2 touched: sorted set of what changed, scored by the batch (seq) that changed it
--       3 samples: hash of provider to masked text
--       4 announced: hash of id to a campaign as JSON
--       5 withdrawn: sorted set of people who opted out, scored by when
--       6 asked: hash of those of them who wait to be taken off, to the provider they asked through
--       7 returned: sorted set of people who opted in, scored by when; nobody is in 5 and 7
--       then, in the order of the payload: a hash a second; a string of 4096 bytes a sketch;
--       a sorted set and a counter of the untracked a tally
-- ARGV  1 payload, JSON: [epoch, from, next, watermark,
--         [[name, series, count, series, count, ...], ...]   seconds
--         [[name, register, rank, ...], ...]                 sketches, registers counted from 0
--         [[name, person, count, ...], ...]                  tallies
--         [provider, text, ...]                              samples
--         [id, at, campaign as JSON, ...],                   announced
--         [person, at, provider or '', ...],                 withdrawn
--         [person, at, ...],                                 returned
--         mark or '']
--       2 seconds the windows are kept   3 seconds the state is kept   4 most people in a tally
--       5 most entries in touched   6 ms of event time a campaign is known after its end   7 most campaigns
--       8 most people who opted out   9 most who opted in
-- Answers {'applied'}, {'fenced', epoch}, {'redelivered', next}, {'overlap', next} or {'gap', next}.
local batch = cjson.decode(ARGV[1])
local epoch, from, upto, watermark = batch[1], batch[2], batch[3], batch[4]
local keep, keep_state, keep_announced = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[6])
local tally_limit, touched_limit, announced_limit = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[7])
local withdrawn_limit, returned_limit = tonumber(ARGV[8]), tonumber(ARGV[9])

local state = redis.call('HMGET', KEYS[1], 'epoch', 'next', 'watermark', 'seq')
-- A partition that is not known stands at its beginning: what was counted of it, and lost, is to be read again.
local known_epoch, known_next = tonumber(state[1] or 0), tonumber(state[2] or 0)
if epoch < known_epoch then return { 'fenced', string.format('%.0f', known_epoch) } end
local answer = string.format('%.0f', known_next)
local idle = from == upto and upto == known_next
if not idle and upto <= known_next then return { 'redelivered', answer } end
if from < known_next then return { 'overlap', answer } end
if from > known_next then return { 'gap', answer } end

-- The server's clock in microseconds, so that what is counted after a loss is news to whoever saw more before it.
local time = redis.call('TIME')
local seq = string.format('%.0f', math.max(tonumber(state[4] or 0) + 1, time[1] * 1000000 + time[2]))
redis.call('HSET', KEYS[1], 'seq', seq)
local newest = math.max(tonumber(state[3] or 0), watermark)
local next_key = 8
local function take_key()
  next_key = next_key + 1
  return KEYS[next_key - 1]
end
local function changed(key, name)
  redis.call('EXPIRE', key, keep)
  redis.call('ZADD', KEYS[2], seq, name)
end

for _, second in ipairs(batch[5]) do
  local key = take_key()
  for i = 2, #second, 2 do redis.call('HINCRBY', key, second[i], second[i + 1]) end
  changed(key, second[1])
end

-- Two commands a thousand registers: read them, then write those that grew.
for _, sketch in ipairs(batch[6]) do
  local key = take_key()
  for first = 2, #sketch, 2000 do
    local last = math.min(first + 1999, #sketch)
    local get, set = {}, {}
    for i = first, last, 2 do
      get[#get + 1] = 'GET'
      get[#get + 1] = 'u8'
      get[#get + 1] = '#' .. sketch[i]
    end
    local ranks = redis.call('BITFIELD', key, unpack(get))
    for i = first, last, 2 do
      if sketch[i + 1] > ranks[(i - first) / 2 + 1] then
        set[#set + 1] = 'SET'
        set[#set + 1] = 'u8'
        set[#set + 1] = '#' .. sketch[i]
        set[#set + 1] = sketch[i + 1]
      end
    end
    if #set > 0 then redis.call('BITFIELD', key, unpack(set)) end
  end
  changed(key, sketch[1])
end

for _, tally in ipairs(batch[7]) do
  local key, untracked_key = take_key(), take_key()
  local size, untracked = redis.call('ZCARD', key), 0
  for i = 2, #tally, 2 do
    local person, count = tally[i], tally[i + 1]
    if size >= tally_limit and not redis.call('ZSCORE', key, person) then
      untracked = untracked + count
    elseif redis.call('ZINCRBY', key, count, person) == tostring(count) then
      size = size + 1
    end
  end
  if untracked > 0 then
    redis.call('INCRBY', untracked_key, untracked)
    redis.call('EXPIRE', untracked_key, keep)
  end
  changed(key, tally[1])
end

local samples = batch[8]
for i = 1, #samples, 2 do redis.call('HSET', KEYS[3], samples[i], samples[i + 1]) end
if #samples > 0 then redis.call('EXPIRE', KEYS[3], keep) end

-- The latest announcement of an id holds. Those long over go, and of too many those that end first.
local announced = batch[9]
for i = 1, #announced, 3 do
  local known = redis.call('HGET', KEYS[4], announced[i])
  if not known or cjson.decode(known).at <= announced[i + 1] then
    redis.call('HSET', KEYS[4], announced[i], announced[i + 2])
  end
end
if #announced > 0 then
  local all, still = redis.call('HGETALL', KEYS[4]), {}
  for i = 1, #all, 2 do
    local over = cjson.decode(all[i + 1])['end'] + keep_announced
    -- A partition that brings nothing else for weeks must still be there when the campaign begins.
    keep_state = math.max(keep_state, math.ceil((over - newest) / 1000))
    if over < newest then redis.call('HDEL', KEYS[4], all[i]) else still[#still + 1] = { over, all[i] } end
  end
  table.sort(still, function(a, b) return a[1] < b[1] end)
  for i = 1, #still - announced_limit do redis.call('HDEL', KEYS[4], still[i][2]) end
end

-- Beyond the limits those who opted out, or in, first go.
local withdrawn = batch[10]
for i = 1, #withdrawn, 3 do
  local person, provider = withdrawn[i], withdrawn[i + 2]
  redis.call('ZREM', KEYS[7], person)
  redis.call('ZADD', KEYS[5], string.format('%.0f', withdrawn[i + 1]), person)
  if provider == '' then redis.call('HDEL', KEYS[6], person) else redis.call('HSET', KEYS[6], person, provider) end
end
if #withdrawn > 0 then
  local gone = redis.call('ZPOPMIN', KEYS[5], math.max(0, redis.call('ZCARD', KEYS[5]) - withdrawn_limit))
  for i = 1, #gone, 2 do redis.call('HDEL', KEYS[6], gone[i]) end
end
local returned = batch[11]
for i = 1, #returned, 2 do
  redis.call('ZREM', KEYS[5], returned[i])
  redis.call('HDEL', KEYS[6], returned[i])
  redis.call('ZADD', KEYS[7], string.format('%.0f', returned[i + 1]), returned[i])
end
if #returned > 0 then redis.call('ZREMRANGEBYRANK', KEYS[7], 0, -returned_limit - 1) end

-- The epoch too: when the state was lost, the next claim must still fence off who goes on writing.
redis.call('HSET', KEYS[1], 'next', string.format('%.0f', upto), 'watermark', string.format('%.0f', newest),
  'epoch', string.format('%.0f', epoch))
if batch[12] ~= '' then redis.call('HSET', KEYS[1], 'mark', batch[12]) end
-- Never sooner than a batch before said: it may have announced a campaign that is far off.
for _, key in ipairs({ KEYS[1], KEYS[4], KEYS[5], KEYS[6], KEYS[7] }) do
  if redis.call('TTL', key) < keep_state then redis.call('EXPIRE', key, keep_state) end
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -touched_limit - 1)
  redis.call('EXPIRE', KEYS[2], keep)
end
return { 'applied' }
