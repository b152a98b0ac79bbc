/* Starts /bin/true as often as each line read from stdin says, one after the other, reads both its
   outputs to their end, waits for it, and answers with a line: what a C program needs for what
   ofelia.runner.process does. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(int error) {
  if (error != 0) {
    exit(1);
  }
}

static void drain(int pipe) {
  char buffer[8192];
  while (read(pipe, buffer, sizeof buffer) > 0) {
  }
  close(pipe);
}

int main(void) {
  char *words[] = {"/bin/true", NULL};
  char *environment[] = {"PATH=/usr/bin:/bin", NULL};
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_t attributes;
  check(posix_spawnattr_init(&attributes));
  check(posix_spawnattr_setsigdefault(&attributes, &all));
  check(posix_spawnattr_setsigmask(&attributes, &none));
  check(posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    for (int left = atoi(line); left > 0; left--) {
      int output[2], error[2];
      check(pipe2(output, O_CLOEXEC));
      check(pipe2(error, O_CLOEXEC));
      posix_spawn_file_actions_t actions;
      check(posix_spawn_file_actions_init(&actions));
      check(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0));
      check(posix_spawn_file_actions_adddup2(&actions, output[1], 1));
      check(posix_spawn_file_actions_adddup2(&actions, error[1], 2));
      pid_t pid;
      check(posix_spawn(&pid, words[0], &actions, &attributes, words, environment));
      check(posix_spawn_file_actions_destroy(&actions));
      close(output[1]);
      close(error[1]);
      drain(output[0]);
      drain(error[0]);
      int status;
      check(waitpid(pid, &status, 0) != pid || status != 0);
    }
    puts("done");
    fflush(stdout);
  }
  return 0;
}
