<?php
// Symfony's rate limiter: its state in its cache, its locks on disk (those in Redis want sorted sets).
require 'check.php';
require 'Symfony/Component/Cache/autoload.php';
require 'Symfony/Component/Lock/autoload.php';
require 'Symfony/Component/RateLimiter/autoload.php';
use Symfony\Component\Cache\Adapter\RedisAdapter;
use Symfony\Component\Lock\LockFactory;
use Symfony\Component\Lock\Store\FlockStore;
use Symfony\Component\RateLimiter\RateLimiterFactory;
use Symfony\Component\RateLimiter\Storage\CacheStorage;

library('symfony/rate-limiter', debian_version('php-symfony-rate-limiter'));
$connect = fn () => RedisAdapter::createConnection("redis://127.0.0.1:$port/$database");
check('four clients never exceed the limit', function () use ($connect) {
    $connect()->set('allowed', 0);
    $tried = function () use ($connect) {
        static $redis = null;
        static $limiter = null;
        $redis ??= $connect();
        $limiter ??= (new RateLimiterFactory(['id' => 'l', 'policy' => 'fixed_window', 'limit' => 10, 'interval' => '1 hour'],
            new CacheStorage(new RedisAdapter($redis, 'lim')), new LockFactory(new FlockStore(sys_get_temp_dir()))))->create('me');
        if ($limiter->consume()->isAccepted()) {
            $redis->incr('allowed');
        }
        $redis->incr('tried');
    };
    $connect()->del('tried');
    contend($tried, fn () => $connect()->get('tried'));
    equal((int) $connect()->get('allowed'), 10);
});
