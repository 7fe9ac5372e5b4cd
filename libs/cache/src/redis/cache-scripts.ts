/**
 * KEYS[1]  the entry: a hash of h (head, JSON), t (`tag=token ...`), b (body)
 * returns  {h, b}, or false when it is not there or a token is no longer its tag's. Tags share the entry's hash tag.
 */
export const READ_SCRIPT = `
local entry = redis.call('HMGET', KEYS[1], 'h', 't', 'b')
if not entry[1] then return false end
for tag, token in string.gmatch(entry[2], '(%S+)=(%S+)') do
  if redis.call('GET', tag) ~= token then return false end
end
return { entry[1], entry[3] }
`;

/**
 * KEYS[1]  the entry
 * ARGV     head, tokens (`tag=token ...`), body, milliseconds to keep it
 * returns  1 stored | 0 not stored: a token is no longer its tag's
 */
export const WRITE_SCRIPT = `
for tag, token in string.gmatch(ARGV[2], '(%S+)=(%S+)') do
  if redis.call('GET', tag) ~= token then return 0 end
end
redis.call('HSET', KEYS[1], 'h', ARGV[1], 't', ARGV[2], 'b', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`;

/**
 * KEYS     tags
 * ARGV[1]  token for a tag that has none
 * ARGV[2]  milliseconds for which the tokens are needed at least
 * returns  the token of each tag
 */
export const TOKENS_SCRIPT = `
local tokens = {}
for i, tag in ipairs(KEYS) do
  redis.call('SET', tag, ARGV[1], 'NX', 'PX', ARGV[2])
  redis.call('PEXPIRE', tag, ARGV[2], 'GT')
  tokens[i] = redis.call('GET', tag)
end
return tokens
`;
