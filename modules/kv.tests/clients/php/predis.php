<?php
require 'check.php';
require 'Predis/autoload.php';
library('predis', Predis\Client::VERSION);
$redis = new Predis\Client(['host' => '127.0.0.1', 'port' => $port, 'database' => $database]);
check('strings', function () use ($redis) {
    $redis->flushdb();
    equal((string) $redis->set('pre:a', 'v', 'EX', 100), 'OK');
    equal($redis->get('pre:a'), 'v');
    equal($redis->ttl('pre:a') > 50, true);
    equal($redis->set('pre:a', 'w', 'NX'), null);
    equal($redis->mget('pre:a', 'pre:none'), ['v', null]);
    equal($redis->incrby('pre:n', 5), 5);
});
check_database('pre:a');
check('transactions', function () use ($redis) {
    $replies = $redis->transaction(function ($tx) {
        $tx->set('pre:t', 1);
        $tx->incr('pre:t');
    });
    equal($replies[1], 2);
});
check('pipelines', function () use ($redis) {
    $replies = $redis->pipeline(function ($pipe) {
        $pipe->set('pre:p', 1);
        $pipe->get('pre:p');
    });
    equal($replies[1], '1');
});
check('scripts', function () use ($redis) {
    equal($redis->eval("return redis.call('get', KEYS[1])", 1, 'pre:a'), 'v');
});
check('iterators', function () use ($redis) {
    $found = iterator_to_array(new Predis\Collection\Iterator\Keyspace($redis, 'pre:[ap]'));
    sort($found);
    equal($found, ['pre:a', 'pre:p']);
});
