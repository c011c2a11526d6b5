require 'redis'
require 'redis-store'
require_relative 'check'
library('redis-store')
store = Redis::Store.new(host: '127.0.0.1', port: PORT, db: DATABASE, namespace: 'rst', serializer: Marshal)
check('set, get, expiry') do
  store.setex('a', 100, { b: 1 })
  equal(store.get('a'), { b: 1 })
  equal(store.setnx('a', 2), false)
  store.set('b', [1], expire_after: 100)
  equal(store.ttl('b') > 50, true)
  equal(store.mget('a', 'none'), [{ b: 1 }, nil])
end
check_database('rst:a')
check('flushdb of its namespace') do
  store.flushdb
  equal(store.get('a'), nil)
end
