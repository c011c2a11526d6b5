<?php
require 'check.php';
library('phpredis', phpversion('redis'));
$redis = new Redis();
check('strings', function () use ($redis, $port, $database) {
    $redis->connect('127.0.0.1', $port);
    equal($redis->select($database), true);
    $redis->flushDB();
    equal($redis->setex('php:a', 100, 'v'), true);
    equal($redis->get('php:a'), 'v');
    equal($redis->ttl('php:a') > 50, true);
    equal($redis->set('php:a', 'w', ['nx', 'ex' => 10]), false);
    equal($redis->mget(['php:a', 'php:none']), ['v', false]);
    equal($redis->incrBy('php:n', 5), 5);
    equal($redis->setBit('php:b', 7, true), 0);
});
check_database('php:a');
check('transactions', function () use ($redis) {
    equal($redis->multi()->set('php:t', '1')->incr('php:t')->exec(), [true, 2]);
});
check('pipelines', function () use ($redis) {
    equal($redis->pipeline()->set('php:p', '1')->get('php:p')->exec(), [true, '1']);
});
check('scripts', function () use ($redis) {
    equal($redis->eval("return redis.call('get', KEYS[1])", ['php:a'], 1), 'v');
});
check('scan', function () use ($redis) {
    $redis->setOption(Redis::OPT_SCAN, Redis::SCAN_RETRY);
    $found = [];
    $at = null;
    while ($keys = $redis->scan($at, 'php:[ap]')) {
        $found = array_merge($found, $keys);
    }
    sort($found);
    equal($found, ['php:a', 'php:p']);
});
check('sessions that are locked', function () use ($port, $database) {
    $program = 'ini_set("session.save_handler", "redis"); ini_set("session.save_path", "tcp://127.0.0.1:' . $port
        . '?database=' . $database . '"); ini_set("redis.session.locking_enabled", "1"); ini_set("redis.session.lock_retries", "3000");'
        . 'ini_set("redis.session.lock_wait_time", "2000"); ini_set("session.use_cookies", "0"); for ($i = 0; $i < 10; $i++) {'
        . 'session_id("one"); session_start(["use_strict_mode" => 0, "cache_limiter" => ""]); $n = $_SESSION["n"] ?? 0; usleep(1000);'
        . '$_SESSION["n"] = $n + 1; session_write_close(); } echo $n + 1;';
    $last = shell_exec('for i in 1 2 3; do php -r ' . escapeshellarg($program) . ' & done; wait');
    $numbers = (new Redis());
    $numbers->connect('127.0.0.1', $port);
    $numbers->select($database);
    equal($numbers->get('PHPREDIS_SESSION:one'), 'n|i:30;');
});
