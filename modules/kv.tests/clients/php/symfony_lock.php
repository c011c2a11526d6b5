<?php
// Symfony's locks over phpredis.
require 'check.php';
require 'Symfony/Component/Lock/autoload.php';
use Symfony\Component\Lock\LockFactory;
use Symfony\Component\Lock\Store\RedisStore;

library('symfony/lock', debian_version('php-symfony-lock'));
$connect = function () use ($port, $database) {
    $redis = new Redis();
    $redis->connect('127.0.0.1', $port);
    $redis->select($database);
    return $redis;
};
check('locks, never held twice (sorted sets)', function () use ($connect) {
    $connect()->set('sum', 0);
    contend(function () use ($connect) {
        static $redis = null;
        $redis ??= $connect();
        $lock = (new LockFactory(new RedisStore($redis)))->createLock('sum-lock', 10);
        while (!$lock->acquire()) {
            usleep(2000);
        }
        $redis->set('sum', $redis->get('sum') + 1);
        $lock->release();
    }, fn () => $connect()->get('sum'));
});
check('refresh, and who has it (sorted sets)', function () use ($connect) {
    $factory = new LockFactory(new RedisStore($connect()));
    $lock = $factory->createLock('refreshed', 5, false);
    equal($lock->acquire(), true);
    $lock->refresh(100);
    equal($lock->getRemainingLifetime() > 50, true);
    equal($factory->createLock('refreshed', 5)->acquire(), false);
    $lock->release();
    equal($lock->isAcquired(), false);
});
