/* Stands between a program and its disk, loaded before the C library (LD_PRELOAD): what is written to files below
   FAULTY_FOLDER fails in the way that the one letter in the file FAULTY_DISK says; without that file, all is well.

   e  writing fails                     t  half is written, then it fails
   s  bringing it to the disk fails     r  the disk is read-only */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char fault(void) {
    const char *name = getenv("FAULTY_DISK");
    char letter = 0;
    long fd = name ? syscall(SYS_openat, AT_FDCWD, name, O_RDONLY) : -1;
    if (fd >= 0) {
        if (syscall(SYS_read, fd, &letter, 1) != 1) letter = 0;
        syscall(SYS_close, fd);
    }
    return letter;
}

static int lies_there(const char *path) {
    const char *folder = getenv("FAULTY_FOLDER");
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static char fault_of(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return lies_there(path) ? fault() : 0;
}

static ssize_t put(int fd, const void *bytes, size_t count, off_t at, int is_placed) {
    size_t wanted = count;
    char found = fault_of(fd);
    if (found == 'e') { errno = EIO; return -1; }
    if (found == 'r') { errno = EROFS; return -1; }
    if (found == 't') wanted = count / 2;
    long put = is_placed ? syscall(SYS_pwrite64, fd, bytes, wanted, at) : syscall(SYS_write, fd, bytes, wanted);
    if (found == 't') { errno = EIO; return -1; }
    return put;
}

ssize_t write(int fd, const void *bytes, size_t count) { return put(fd, bytes, count, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return put(fd, bytes, count, at, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) { return put(fd, bytes, count, at, 1); }

static int sync_by(long call, int fd) {
    if (fault_of(fd) == 's') { errno = EIO; return -1; }
    return syscall(call, fd);
}

int fsync(int fd) { return sync_by(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }

static int open_at(int folder, const char *path, int flags, va_list rest) {
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;
    int is_writing = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
    if (is_writing && lies_there(path) && fault() == 'r') { errno = EROFS; return -1; }
    return syscall(SYS_openat, folder, path, flags, mode);
}

#define OPEN(name)                                        \
    int name(const char *path, int flags, ...) {          \
        va_list rest;                                     \
        va_start(rest, flags);                            \
        int fd = open_at(AT_FDCWD, path, flags, rest);    \
        va_end(rest);                                     \
        return fd;                                        \
    }
OPEN(open)
OPEN(open64)
