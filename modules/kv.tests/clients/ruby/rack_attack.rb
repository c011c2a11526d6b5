require 'active_support'
require 'active_support/cache'
require 'active_support/cache/redis_cache_store'
require 'rack/attack'
require 'rack/mock'
require_relative 'check'
library('rack-attack')
Rack::Attack.cache.store = ActiveSupport::Cache::RedisCacheStore.new(url: "redis://127.0.0.1:#{PORT}/#{DATABASE}",
                                                                     error_handler: ->(exception:, **) { raise exception })
Rack::Attack.throttle('all', limit: 10, period: 3600, &:ip)
check('several threads never exceed the limit') do
  Rack::Attack.cache.store.clear
  app = Rack::Attack.new(->(_) { [200, {}, ['hello']] })
  codes = Array.new(4) do
    Thread.new { Array.new(10) { Rack::MockRequest.new(app).get('/', 'REMOTE_ADDR' => '10.0.0.1').status } }
  end.flat_map(&:value)
  equal([codes.count(200), codes.count(429)], [10, 30])
end
