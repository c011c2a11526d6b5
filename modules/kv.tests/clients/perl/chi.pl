# Run as `perl NAME.pl PORT DATABASE`, it prints the lines that run.sh reads.
use strict;
use warnings;
use CHI;
use Redis;

my ($port, $database) = @ARGV;
$| = 1;
print "library CHI::Driver::Redis ", do { require CHI::Driver::Redis; CHI::Driver::Redis->VERSION }, "\n";

sub check {
    my ($what, $body) = @_;
    print eval { $body->(); 1 } ? "ok $what\n" : "no $what: " . ($@ =~ s/\s*\n.*//sr) . "\n";
}

sub equal {
    my ($found, $expected) = @_;
    $found //= 'undef';
    die "$found instead of $expected\n" if $found ne $expected;
}

my $redis = Redis->new(server => "127.0.0.1:$port", on_connect => sub { shift->select($database) });
my $cache = CHI->new(driver => 'Redis', namespace => 'chi', redis => $redis, on_set_error => 'die');
check('set, get, compute, remove (sets)', sub {
    $cache->set('a', { b => 1 }, '10 minutes');
    equal($cache->get('a')->{b}, 1);
    equal($cache->compute('made', '10 minutes', sub { 5 }), 5);
    $cache->remove('a');
    equal($cache->get('a'), 'undef');
});
