/**
 * KEYS[1]     the request id's key
 * KEYS[2..n]  one key per gauge: its theoretical arrival time, microseconds
 * ARGV[1]     milliseconds for which an admitted request id is remembered
 * ARGV[2..]   unit (microseconds), burst, cost of each gauge, in the order of the keys
 * returns     {1 charged | 2 repeated, nothing charged | 0 denied, nothing charged,
 *              server time in seconds, its microseconds, ahead, wait of each gauge}: microseconds; wait is -1 for never
 *
 * The same sums as core's `judge`; whole numbers below 2^53, so exact in Lua's doubles. Time is the server's.
 */
export const CONSUME_SCRIPT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local repeated = redis.call('EXISTS', KEYS[1]) == 1
local allowed = true
local ahead, wait = {}, {}
for i = 2, #KEYS do
  local at = (i - 2) * 3 + 2
  local unit, burst, cost = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local arrival = tonumber(redis.call('GET', KEYS[i]) or '0')
  ahead[i] = math.max(0, arrival - now)
  if cost > burst then
    wait[i] = -1
  else
    wait[i] = math.max(0, ahead[i] + cost * unit - burst * unit)
  end
  if wait[i] ~= 0 then allowed = false end
end
local verdict = 0
if repeated then
  verdict = 2
elseif allowed then
  verdict = 1
  for i = 2, #KEYS do
    local at = (i - 2) * 3 + 2
    ahead[i] = ahead[i] + tonumber(ARGV[at + 2]) * tonumber(ARGV[at])
    redis.call('SET', KEYS[i], string.format('%.0f', now + ahead[i]), 'PX', string.format('%.0f', math.ceil(ahead[i] / 1000) + 1))
  end
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
local reply = { verdict, tonumber(time[1]), tonumber(time[2]) }
for i = 2, #KEYS do
  reply[#reply + 1] = ahead[i]
  reply[#reply + 1] = repeated and 0 or wait[i]
end
return reply
`;
