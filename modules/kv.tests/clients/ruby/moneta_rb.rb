require 'moneta'
require_relative 'check'
library('moneta', Gem::Specification.find_by_name('moneta').version)
store = Moneta.new(:Redis, host: '127.0.0.1', port: PORT, db: DATABASE, expires: true)
check('store, load, expiry') do
  store.store('mo:a', { b: 1 }, expires: 100)
  equal(store.load('mo:a'), { b: 1 })
  equal(store.key?('mo:none'), false)
  equal(store.increment('mo:n', 4), 4)
  equal(store.delete('mo:a'), { b: 1 })
end
check('create, each_key, mutex') do
  equal([store.create('mo:c', 1), store.create('mo:c', 2)], [true, false])
  equal(store.each_key.to_a.include?('mo:c'), true)
  sum = 0
  Array.new(4) do
    Thread.new do
      own = Moneta.new(:Redis, host: '127.0.0.1', port: PORT, db: DATABASE)
      mutex = Moneta::Mutex.new(own, 'mo:mutex')
      5.times { mutex.synchronize { before = sum; sleep(0.002); sum = before + 1 } }
    end
  end.each(&:join)
  equal(sum, 20)
end
