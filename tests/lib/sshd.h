/* A real sshd on loopback, as the account the test runs as: its own port, host key and keys of people, each tied to one command
 * as ForceCommand ties an account. Needs openssh-server and openssh-client. */
#ifndef TESTS_LIB_SSHD_H
#define TESTS_LIB_SSHD_H

struct sshd;

/* config: more lines for sshd_config, NULL: none. Fails the test when there is no sshd, and says how to get one. */
struct sshd *sshd_start(const char *config);
void sshd_free(struct sshd *s); /* ends it; NULL is fine */
int sshd_port(const struct sshd *s);

/* A key of this name whose bearer gets `sh SCRIPT`, a file with this text, whatever ssh is asked for. */
void sshd_key(struct sshd *s, const char *name, const char *script);
/* The words that start ssh with that key to a port (sshd's own, or that of a line in front of it): options and words of the
 * caller stand behind; both may be NULL. Valid until sshd_free. */
const char *const *sshd_client(struct sshd *s, const char *name, int port, const char *const *options, const char *const *words);

#endif
