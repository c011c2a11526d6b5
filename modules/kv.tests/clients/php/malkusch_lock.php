<?php
// A mutex over phpredis.
require 'check.php';
require 'Malkusch/Lock/autoload.php';
use malkusch\lock\mutex\PHPRedisMutex;

library('malkusch/lock', debian_version('php-malkusch-lock'));
$connect = function () use ($port, $database) {
    $redis = new Redis();
    $redis->connect('127.0.0.1', $port);
    $redis->select($database);
    return $redis;
};
check('a mutex, never held twice', function () use ($connect) {
    $connect()->set('sum', 0);
    contend(function () use ($connect) {
        static $redis = null;
        $redis ??= $connect();
        (new PHPRedisMutex([$redis], 'sum', 20))->synchronized(fn () => $redis->set('sum', $redis->get('sum') + 1));
    }, fn () => $connect()->get('sum'));
});
