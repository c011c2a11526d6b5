/* Run as `hiredis PORT DATABASE`, it prints the lines that run.sh reads. */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static redisContext *c;

static void check(const char *what, const char *wrong) {
    if (wrong) printf("no %s: %s\n", what, wrong); else printf("ok %s\n", what);
    fflush(stdout);
}

/* Null if the reply is this text, else what it is. */
static const char *expect(const char *expected, redisReply *reply) {
    static char text[256];
    if (!reply) return c->errstr;
    if (reply->type == REDIS_REPLY_INTEGER) snprintf(text, sizeof text, "%lld", reply->integer);
    else if (reply->type == REDIS_REPLY_NIL) snprintf(text, sizeof text, "nil");
    else if (reply->type == REDIS_REPLY_ARRAY) snprintf(text, sizeof text, "%zu elements", reply->elements);
    else snprintf(text, sizeof text, "%s", reply->str);
    freeReplyObject(reply);
    return strcmp(text, expected) ? text : NULL;
}

/* The first up to END that is not null. */
static const char END[] = "";
static const char *first_of(const char **all) {
    while (!*all) all++;
    return *all == END ? NULL : *all;
}

#define ALL(...) first_of((const char *[]){__VA_ARGS__, END})
#define SAYS(expected, ...) expect(expected, redisCommand(c, __VA_ARGS__))

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    printf("library hiredis %d.%d.%d\n", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
    c = redisConnect("127.0.0.1", atoi(argv[1]));
    if (!c || c->err) return 1;
    check("strings", ALL(SAYS("OK", "SELECT %s", argv[2]), SAYS("OK", "FLUSHDB"), SAYS("OK", "SET %s %b EX 100", "hi:a", "v\0w", (size_t) 3),
        SAYS("3", "STRLEN hi:a"), SAYS("1", "PERSIST hi:a"), SAYS("nil", "SET hi:a x NX"), SAYS("5", "INCRBY hi:n 5")));
    check("transactions", ALL(SAYS("OK", "MULTI"), SAYS("QUEUED", "SET hi:t 1"), SAYS("QUEUED", "INCR hi:t"), SAYS("2 elements", "EXEC")));
    redisAppendCommand(c, "SET hi:p 1");
    redisAppendCommand(c, "INCR hi:p");
    void *first = NULL, *second = NULL;
    redisGetReply(c, &first);
    redisGetReply(c, &second);
    const char *bad = expect("OK", first);
    check("pipelines", bad ? bad : expect("2", second));
    check("scripts", SAYS("3", "EVAL %s 1 hi:a", "return redis.call('strlen', KEYS[1])"));
    redisFree(c);
    return 0;
}
