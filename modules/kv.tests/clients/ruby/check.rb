# What all programs of this folder share: run as `ruby NAME.rb PORT DATABASE`, they print the lines that run.sh reads.
require 'socket'
PORT = ARGV[0].to_i
DATABASE = ARGV[1].to_i
$stdout.sync = true

def library(name, version = Gem.loaded_specs[name].version)
  puts "library #{name} #{version}"
end

def check(what)
  yield
  puts "ok #{what}"
rescue StandardError => error
  puts "no #{what}: #{error.message.lines.first.to_s.strip}"
end

def equal(found, expected)
  raise "#{found.inspect} instead of #{expected.inspect}" unless found == expected
end

def ask(database, command)
  socket = TCPSocket.new('127.0.0.1', PORT)
  socket.write("*1\r\n$4\r\nPING\r\nSELECT #{database}\r\n#{command}\r\nQUIT\r\n")
  socket.read.split("\r\n")[2]
end

def check_database(key)
  check('its keys are in its database only') do
    equal(ask(DATABASE, "EXISTS #{key}"), ':1')
    equal(ask(0, "EXISTS #{key}"), ':0') unless DATABASE.zero?
  end
end
