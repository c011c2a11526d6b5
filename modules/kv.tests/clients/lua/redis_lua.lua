-- Run as `lua5.1 NAME.lua PORT DATABASE`, it prints the lines that run.sh reads.
local redis = require 'redis'
local port, database = tonumber(arg[1]), tonumber(arg[2])
print('library redis-lua ' .. redis._VERSION:gsub('[^%d.]', ''))
local client = redis.connect('127.0.0.1', port)

local function check(what, body)
    local good, message = pcall(body)
    print(good and 'ok ' .. what or 'no ' .. what .. ': ' .. tostring(message):gsub('\n.*', ''))
end

local function equal(found, expected)
    if found ~= expected then
        error(tostring(found) .. ' instead of ' .. tostring(expected), 0)
    end
end

check('strings', function()
    client:select(database)
    equal(client:setex('lu:a', 100, 'v'), true)
    equal(client:get('lu:a'), 'v')
    equal(client:setnx('lu:a', 'w'), false)
    equal(client:mget('lu:a', 'lu:none')[1], 'v')
end)
check('its keys are in its database only', function()
    equal(client:exists('lu:a'), true)
    if database ~= 0 then
        equal(redis.connect('127.0.0.1', port):exists('lu:a'), false)
    end
end)
check('transactions, pipelines', function()
    client:del('lu:t')
    local replies = client:transaction(function(t)
        t:incr('lu:t')
        t:incr('lu:t')
    end)
    equal(replies[2], 2)
    equal(client:pipeline(function(p) p:incr('lu:t') p:get('lu:t') end)[2], '3')
end)
check('scripts', function()
    equal(client:eval("return redis.call('get', KEYS[1])", 1, 'lu:a'), 'v')
end)
