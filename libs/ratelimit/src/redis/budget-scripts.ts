/** Shared beginning: the budget as it stands now. A new period has spent nothing; an ended lease reserves nothing. Time is the server's. */
const CURRENT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local period = string.format('%.0f', math.floor(now / tonumber(ARGV[2])))
if redis.call('HGET', KEYS[1], 'period') ~= period then
  redis.call('HSET', KEYS[1], 'period', period, 'spent', '0')
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do
  redis.call('HINCRBY', KEYS[1], 'reserved', '-' .. redis.call('HGET', KEYS[3], id))
  redis.call('HDEL', KEYS[3], id)
  redis.call('ZREM', KEYS[2], id)
end
local function taken()
  return tonumber(redis.call('HGET', KEYS[1], 'spent')) + tonumber(redis.call('HGET', KEYS[1], 'reserved') or '0')
end
local function keep(ms)
  for at = 1, 3 do redis.call('PEXPIRE', KEYS[at], string.format('%.0f', ms), 'NX') redis.call('PEXPIRE', KEYS[at], string.format('%.0f', ms), 'GT') end
end
`;

/**
 * KEYS     budget (hash: period, spent, reserved), leases (sorted set: use, end), amounts (hash: use, amount), this use's settled mark
 * ARGV     use, period (ms), limit, amount, lease (ms)
 * returns  {1 reserved | 0 exhausted | 2 settled before, taken, now (ms)}
 */
export const RESERVE_SCRIPT = `${CURRENT}
if redis.call('EXISTS', KEYS[4]) == 1 then return { 2, taken(), now } end
local verdict = 1
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 then
  if taken() + tonumber(ARGV[4]) > tonumber(ARGV[3]) then
    verdict = 0
  else
    redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
    redis.call('ZADD', KEYS[2], string.format('%.0f', now + tonumber(ARGV[5])), ARGV[1])
    redis.call('HINCRBY', KEYS[1], 'reserved', ARGV[4])
  end
end
keep(tonumber(ARGV[2]) + tonumber(ARGV[5]))
return { verdict, taken(), now }
`;

/**
 * KEYS     as above
 * ARGV     use, period (ms), actual, how long a settled use is remembered (ms)
 * returns  {1 charged | 2 settled before, taken, now (ms)}
 */
export const SETTLE_SCRIPT = `${CURRENT}
if redis.call('EXISTS', KEYS[4]) == 1 then return { 2, taken(), now } end
local amount = redis.call('HGET', KEYS[3], ARGV[1])
if amount then
  redis.call('HINCRBY', KEYS[1], 'reserved', '-' .. amount)
  redis.call('HDEL', KEYS[3], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
end
redis.call('HINCRBY', KEYS[1], 'spent', ARGV[3])
redis.call('SET', KEYS[4], '1', 'PX', ARGV[4])
keep(tonumber(ARGV[2]))
return { 1, taken(), now }
`;
