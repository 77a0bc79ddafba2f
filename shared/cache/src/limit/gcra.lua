-- One more of what KEYS[1] counts? ARGV: microseconds for each one, and for how many of them at once.
-- 0 for yes, else the microseconds until it would be yes. The clock is the server's, so replicas agree.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + ARGV[1]
local wait = due - now - ARGV[2]
if wait > 0 then
    return math.ceil(wait)
end
redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000))
return 0
