<?php
// Laravel's cache, with its Redis connector over phpredis.
require 'check.php';
require 'Illuminate/Container/autoload.php';
require 'Illuminate/Cache/autoload.php';
require 'Illuminate/Redis/autoload.php';
library('illuminate/cache', debian_version('php-illuminate-cache'));
$connect = fn () => new Illuminate\Cache\RedisStore(new Illuminate\Redis\RedisManager(new Illuminate\Container\Container(), 'phpredis',
    ['default' => ['host' => '127.0.0.1', 'port' => $port, 'database' => $database]]), 'laravel');
$store = $connect();
$cache = new Illuminate\Cache\Repository($store);
check('get, put, add', function () use ($cache, $store) {
    $store->flush();
    equal($cache->put('a', ['b' => 1], 100), true);
    equal($cache->get('a'), ['b' => 1]);
    equal($cache->add('a', 2, 100), false);
    equal($cache->add('new', 2, 100), true);
    equal($cache->remember('made', 100, fn () => 5), 5);
    equal($cache->forget('a'), true);
});
check_database('laravel:new');
check('increment, many', function () use ($cache) {
    equal($cache->increment('n', 4), 4);
    equal($cache->putMany(['x' => 1, 'y' => 2], 100), true);
    equal($cache->many(['x', 'y', 'none']), ['x' => '1', 'y' => '2', 'none' => null]);
});
check('locks, nobody gets one that another has', function () use ($store, $connect) {
    $one = $store->lock('lock', 10);
    equal($one->get(), true);
    equal($connect()->lock('lock', 10)->get(), false);
    equal($one->release(), true);
    $other = $connect()->lock('lock', 10);
    equal($other->get(), true);
    equal($one->release(), false);
    equal($other->release(), true);
});
check('locks, never held twice', function () use ($connect, $cache) {
    $cache->forever('sum', 0);
    contend(function () use ($connect) {
        static $mine = null;
        $mine ??= $connect();
        while (!($lock = $mine->lock('sum-lock', 10))->get()) {
            usleep(2000);
        }
        $mine->forever('sum', $mine->get('sum') + 1);
        $lock->release();
    }, fn () => $connect()->get('sum'));
});
