require 'redis'
require 'redis-namespace'
require_relative 'check'
library('redis-namespace', Redis::Namespace::VERSION)
redis = Redis::Namespace.new('ns', redis: Redis.new(port: PORT, db: DATABASE))
check('strings, under their prefix') do
  equal(redis.set('a', 'v', ex: 100), 'OK')
  equal(redis.get('a'), 'v')
  equal(redis.mget('a', 'none'), ['v', nil])
  equal(redis.keys('*'), ['a'])
end
check_database('ns:a')
check('transactions, scripts') do
  equal(redis.multi { |m| m.set('t', 1); m.incr('t') }, ['OK', 2])
  equal(redis.eval("return redis.call('get', KEYS[1])", ['a']), 'v')
end
