# Run as `perl redis_pm.pl CLASS PORT DATABASE`, with Redis or Redis::Fast, it prints the lines that run.sh reads.
use strict;
use warnings;
use IO::Socket::INET;

my ($class, $port, $database) = @ARGV;
eval "require $class" or die $@;
$| = 1;
print "library $class ", $class->VERSION, "\n";
my $redis = $class->new(server => "127.0.0.1:$port");

sub check {
    my ($what, $body) = @_;
    print eval { $body->(); 1 } ? "ok $what\n" : "no $what: " . ($@ =~ s/\s*\n.*//sr) . "\n";
}

sub equal {
    my ($found, $expected) = @_;
    $found //= 'undef';
    die "$found instead of $expected\n" if $found ne $expected;
}

sub ask {
    my ($in, $command) = @_;
    my $socket = IO::Socket::INET->new("127.0.0.1:$port");
    print $socket "*1\r\n\$4\r\nPING\r\nSELECT $in\r\n$command\r\nQUIT\r\n";
    return (split /\r\n/, join '', <$socket>)[2];
}

check('strings', sub {
    $redis->select($database);
    $redis->flushdb;
    equal($redis->set('pl:a', 'v', 'EX', 100), 'OK');
    equal($redis->get('pl:a'), 'v');
    equal($redis->ttl('pl:a') > 50 ? 1 : 0, 1);
    equal($redis->set('pl:a', 'w', 'NX'), 'undef');
    equal(join(' ', map { $_ // 'undef' } $redis->mget('pl:a', 'pl:none')), 'v undef');
    equal($redis->incrby('pl:n', 5), 5);
});
check('its keys are in its database only', sub {
    equal(ask($database, 'EXISTS pl:a'), ':1');
    equal(ask(0, 'EXISTS pl:a'), ':0') if $database != 0;
});
check('transactions', sub {
    $redis->multi;
    $redis->set('pl:t', 1);
    $redis->incr('pl:t');
    equal(join(' ', $redis->exec), 'OK 2');
});
check('pipelines', sub {
    my @replies;
    $redis->set('pl:p', 1, sub { push @replies, @_ });
    $redis->incr('pl:p', sub { push @replies, $_[0] });
    $redis->wait_all_responses;
    equal($replies[-1], 2);
});
check('scripts', sub { equal($redis->eval("return redis.call('get', KEYS[1])", 1, 'pl:a'), 'v') });
