<?php
// Symfony's cache over phpredis.
require 'check.php';
require 'Psr/SimpleCache/autoload.php';
require 'Symfony/Component/Cache/autoload.php';
use Symfony\Component\Cache\Adapter\RedisAdapter;
use Symfony\Component\Cache\Psr16Cache;

library('symfony/cache', debian_version('php-symfony-cache'));
$connect = fn () => RedisAdapter::createConnection("redis://127.0.0.1:$port/$database");
$cache = new RedisAdapter($connect(), 'sf');
check('get with a callback, hasItem, delete', function () use ($cache, $connect) {
    $cache->clear();
    $made = 0;
    $make = function ($item) use (&$made) {
        $item->expiresAfter(100);
        return ['b' => ++$made];
    };
    equal($cache->get('a', $make), ['b' => 1]);
    equal((new RedisAdapter($connect(), 'sf'))->get('a', $make), ['b' => 1]);
    equal($cache->hasItem('a'), true);
    equal($cache->delete('a'), true);
    equal($cache->hasItem('a'), false);
});
check('PSR-16, many, clear', function () use ($cache) {
    $simple = new Psr16Cache($cache);
    equal($simple->setMultiple(['x' => 1, 'y' => 2], 100), true);
    equal(iterator_to_array($simple->getMultiple(['x', 'y', 'none'])), ['x' => 1, 'y' => 2, 'none' => null]);
    equal($simple->clear(), true);
    equal($simple->get('x'), null);
});
