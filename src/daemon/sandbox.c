/* The sandbox, over libseccomp: an allow-list, made after everything is open.
 *
 * A system call that nobody thought of fails with EPERM, which the code above meets as
 * it meets any failure; only what no version of this program has a use for, and an
 * intruder has, ends the process. Threads may be made (the settling of a round), programs
 * may not be started, sockets may not be made, memory may not become executable. */
#include "daemon/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/assert.h"

#define CALL(name) SCMP_SYS(name)

static const int allowed[] = {
    CALL(read), CALL(write), CALL(readv), CALL(writev), CALL(pread64), CALL(pwrite64), CALL(close), CALL(lseek),
    CALL(open), CALL(openat), CALL(stat), CALL(lstat), CALL(fstat), CALL(newfstatat), CALL(statx), CALL(access),
    CALL(faccessat), CALL(faccessat2), CALL(readlink), CALL(readlinkat), CALL(getcwd), CALL(getdents64), CALL(fcntl),
    CALL(flock), CALL(fsync), CALL(fdatasync), CALL(ftruncate), CALL(fallocate), CALL(unlink), CALL(unlinkat),
    CALL(rename), CALL(renameat), CALL(renameat2), CALL(link), CALL(linkat), CALL(fchmod), CALL(fchown), CALL(dup),
    CALL(sendto), CALL(sendmsg), CALL(recvfrom), CALL(recvmsg), CALL(accept), CALL(accept4), CALL(shutdown),
    CALL(getsockopt), CALL(setsockopt), CALL(getsockname), CALL(getpeername), CALL(sendfile),
    CALL(epoll_wait), CALL(epoll_pwait), CALL(epoll_ctl), CALL(epoll_create1), CALL(poll), CALL(ppoll), CALL(select),
    CALL(pselect6), CALL(eventfd2), CALL(pipe2), CALL(futex), CALL(set_robust_list), CALL(rseq), CALL(sched_yield),
    CALL(sched_getaffinity), CALL(membarrier), CALL(restart_syscall), CALL(clock_gettime), CALL(clock_getres),
    CALL(clock_nanosleep), CALL(nanosleep), CALL(gettimeofday), CALL(time), CALL(getrandom), CALL(getpid), CALL(gettid),
    CALL(getppid), CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid), CALL(uname), CALL(sysinfo), CALL(getrusage),
    CALL(prlimit64), CALL(getrlimit), CALL(brk), CALL(munmap), CALL(mremap), CALL(madvise), CALL(mlock), CALL(munlock),
    CALL(msync), CALL(exit), CALL(exit_group), CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn),
    CALL(rt_sigtimedwait), CALL(rt_sigsuspend), CALL(sigaltstack), CALL(tgkill), CALL(fadvise64)};

static const int deadly[] = {CALL(execve), CALL(execveat), CALL(ptrace), CALL(process_vm_readv), CALL(process_vm_writev),
                             CALL(init_module), CALL(finit_module), CALL(kexec_load), CALL(mount), CALL(pivot_root),
                             CALL(setuid), CALL(setgid), CALL(setns), CALL(unshare), CALL(bpf), CALL(keyctl)};

static sl_err limit(int which, rlim_t wanted, bool lower) {
  struct rlimit now;
  if (getrlimit(which, &now)) return SL_ERR_IO;
  if (lower) {
    now = (struct rlimit){wanted, wanted};
  } else {
    if (now.rlim_cur >= wanted) return SL_OK;
    now.rlim_cur = now.rlim_max < wanted ? now.rlim_max : wanted;
  }
  return setrlimit(which, &now) ? SL_ERR_IO : SL_OK;
}

sl_err sl_sandbox_begin(size_t files, sl_fault *fault) {
  umask(077);
  sl_err err = limit(RLIMIT_CORE, 0, true);
  if (!err) err = limit(RLIMIT_NOFILE, files, false);
  if (!err && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) err = SL_ERR_IO;
  if (!err && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) err = SL_ERR_IO;
  return err ? sl_fault_set(fault, err, "the system refuses the limits of the process") : SL_OK;
}

/* Rules that look at arguments; 0 or a negative errno. */
static int add_narrow(scmp_filter_ctx filter) {
  int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  if (!failed) failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  /* clone3 hides its flags in memory: told absent, the C library takes clone. */
  if (!failed) failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);
  if (!failed) failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  return failed;
}

/* What libcurl and the C library's resolver need to reach a server by name. */
static int add_outgoing(scmp_filter_ctx filter) {
  static const int calls[] = {CALL(connect), CALL(sendmmsg), CALL(recvmmsg), CALL(ioctl), CALL(bind)};
  static const unsigned families[] = {AF_INET, AF_INET6};
  int failed = 0;
  for (size_t i = 0; i < sizeof calls / sizeof *calls && !failed; i++) {
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
  }
  for (size_t i = 0; i < 2 && !failed; i++) {
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(socket), 1, SCMP_A0(SCMP_CMP_EQ, families[i], 0));
  }
  if (!failed) failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(socketpair), 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));
  return failed;
}

sl_err sl_sandbox_close(bool outgoing, sl_fault *fault) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  int failed = filter ? seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) : -ENOMEM;
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed && !failed; i++) {
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
  }
  for (size_t i = 0; i < sizeof deadly / sizeof *deadly && !failed; i++) {
    failed = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
  }
  if (!failed) failed = add_narrow(filter);
  if (!failed && outgoing) failed = add_outgoing(filter);
  if (!failed) failed = seccomp_load(filter);
  if (filter) seccomp_release(filter);
  return failed ? sl_fault_set(fault, SL_ERR_IO, "the sandbox cannot be closed (seccomp): start with --no-sandbox to do without") : SL_OK;
}

void sl_sandbox_pin(const void *data, size_t size) {
  SL_ASSERT(data != NULL);
  (void)mlock(data, size);   /* a low limit of locked memory is no reason not to serve */
}
