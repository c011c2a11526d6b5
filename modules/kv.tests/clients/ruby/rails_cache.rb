require 'active_support'
require 'active_support/cache'
require 'active_support/cache/redis_cache_store'
require_relative 'check'
library('activesupport')
puts 'name Rails RedisCacheStore'
cache = ActiveSupport::Cache::RedisCacheStore.new(url: "redis://127.0.0.1:#{PORT}/#{DATABASE}", namespace: 'rails',
                                                  error_handler: ->(exception:, **) { raise exception })
check('read, write, fetch') do
  cache.clear
  equal(cache.write('a', { b: 1 }, expires_in: 100) ? true : false, true)
  equal(cache.read('a'), { b: 1 })
  equal(cache.fetch('made') { 5 }, 5)
  equal(cache.exist?('a'), true)
  equal(cache.write('a', 2, unless_exist: true), false)
end
check_database('rails:a')
check('counters') do
  equal(cache.increment('n', 4, expires_in: 60), 4)
  equal(cache.decrement('n'), 3)
end
check('many, patterns') do
  cache.write_multi('x' => 1, 'y' => 2)
  equal(cache.read_multi('x', 'y', 'none'), { 'x' => 1, 'y' => 2 })
  cache.delete_matched('[xy]')
  equal(cache.read('x'), nil)
end
