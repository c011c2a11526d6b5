require 'redis'
require_relative 'check'
library('redis', Redis::VERSION)
redis = Redis.new(port: PORT, db: DATABASE)
check('strings') do
  redis.flushdb
  equal(redis.set('rb:a', 'v', ex: 100), 'OK')
  equal(redis.get('rb:a'), 'v')
  equal(redis.ttl('rb:a') > 50, true)
  equal(redis.set('rb:a', 'w', nx: true), false)
  equal(redis.mget('rb:a', 'rb:none'), ['v', nil])
  equal(redis.incrby('rb:n', 5), 5)
  equal(redis.setbit('rb:b', 7, 1), 0)
end
check_database('rb:a')
check('transactions') { equal(redis.multi { |tx| tx.set('rb:t', 1); tx.incr('rb:t') }, ['OK', 2]) }
check('WATCH') do
  changed = redis.watch('rb:w') do
    Redis.new(port: PORT, db: DATABASE).set('rb:w', 1)
    redis.multi { |tx| tx.set('rb:w', 2) }
  end
  equal(changed, nil)
end
check('pipelines') { equal(redis.pipelined { |pipe| pipe.set('rb:p', 1); pipe.get('rb:p') }, ['OK', '1']) }
check('scripts') { equal(redis.eval("return redis.call('get', KEYS[1])", ['rb:a']), 'v') }
check('scan_each') { equal(redis.scan_each(match: 'rb:[ap]').to_a.sort, ['rb:a', 'rb:p']) }
