/*
 * slow_force.c: to be preloaded (LD_PRELOAD); makes each fdatasync of a program FORCE_MILLIS longer. strace can do that too, but
 * also with --seccomp-bpf it stops each thread at all its system calls until the thread has made one that is traced: those that
 * force nothing for ever, unless set_robust_list is traced as well, which each thread calls first.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int fdatasync(int fd)
{
    int (*force)(int) = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    long millis = atol(getenv("FORCE_MILLIS"));
    struct timespec pause = {millis / 1000, millis % 1000 * 1000000};
    int result = force(fd);

    nanosleep(&pause, NULL);
    return result;
}
