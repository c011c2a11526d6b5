<?php
// What all programs of this folder share: run as `php NAME.php PORT DATABASE`, they print the lines that run.sh reads.
error_reporting(E_ALL & ~E_DEPRECATED);
$port = (int) $argv[1];
$database = (int) $argv[2];

function library(string $name, string $version): void
{
    echo "library $name $version\n";
}

function debian_version(string $package): string
{
    return trim((string) shell_exec("dpkg-query -W -f='\${Version}' $package | sed 's/^[0-9]*://; s/[-+].*//'"));
}

function check(string $what, callable $body): void
{
    try {
        $body();
        echo "ok $what\n";
    } catch (Throwable $error) {
        echo "no $what: " . strtok($error->getMessage(), "\n") . "\n";
    }
}

function equal($found, $expected): void
{
    if ($found !== $expected) {
        throw new Exception(json_encode($found) . ' instead of ' . json_encode($expected));
    }
}

function ask(int $database, string $command): string
{
    global $port;
    $socket = fsockopen('127.0.0.1', $port);
    fwrite($socket, "*1\r\n\$4\r\nPING\r\nSELECT $database\r\n$command\r\nQUIT\r\n");
    return explode("\r\n", stream_get_contents($socket))[2];
}

function check_database(string $key): void
{
    global $database;
    check('its keys are in its database only', function () use ($key, $database) {
        equal(ask($database, "EXISTS $key"), ':1');
        if ($database !== 0) {
            equal(ask(0, "EXISTS $key"), ':0');
        }
    });
}

/** Several processes add to a number under a lock, without care: all that they add is there only if it keeps them apart. */
function contend(callable $add, callable $read): void
{
    $children = [];
    for ($i = 0; $i < 4; $i++) {
        $child = pcntl_fork();
        if ($child === 0) {
            try {
                for ($turn = 0; $turn < 10; $turn++) {
                    $add();
                }
                posix_kill(posix_getpid(), SIGKILL); // without the end of the script, which the parent has
            } catch (Throwable $error) {
                fwrite(STDERR, $error->getMessage() . "\n");
                posix_kill(posix_getpid(), SIGKILL);
            }
        }
        $children[] = $child;
    }
    foreach ($children as $child) {
        pcntl_waitpid($child, $status);
    }
    equal((int) $read(), 40);
}
