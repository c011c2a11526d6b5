require 'sidekiq'
require 'sidekiq/api'
require_relative 'check'
library('sidekiq')
Sidekiq.configure_client { |config| config.redis = { url: "redis://127.0.0.1:#{PORT}/#{DATABASE}" } }
class Job
  include Sidekiq::Worker
end
check('a job is queued (lists, sets)') do
  Job.perform_async(1)
  equal(Sidekiq::Queue.new.size, 1)
end
