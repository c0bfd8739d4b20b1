/* A small HTTP client for the tools that measure a server on this machine: one connection, kept open, one request after the other. */
#ifndef TOOLS_CLIENT_H
#define TOOLS_CLIENT_H

#include "base/arena.h"
#include "base/buf.h"

struct client {
	unsigned port;
	int fd;              /* -1 while not connected */
	struct buf in;       /* the answer as it came */
	size_t head, body;   /* bytes of both in it */
	struct arena *arena; /* for requests; the caller clears it */
};

void client_init(struct client *c, unsigned port);
void client_release(struct client *c);
/* Sends the request as it is; the status of the answer, or 0 when the connection broke. A server may close a connection that rested:
 * then a second attempt is made on a new one. */
int client_exchange(struct client *c, struct str request);
struct str client_header(const struct client *c, const char *name); /* of the last answer; STR_NULL when absent */
struct str client_body(const struct client *c);
int client_get(struct client *c, const char *session, struct str path);                   /* as a page of somebody signed in; session "" for nobody */
int client_api(struct client *c, const char *method, const char *token, struct str path, struct str json); /* json empty: none */
/* As a browser does: the form, its token and cookie, then the answer. ret_session (may be NULL) gets the session's cookie. */
bool client_sign_in(struct client *c, const char *login, const char *password, char *ret_session, size_t cap);
/* What stands between before and after in s; STR_NULL when it does not. */
struct str client_between(struct str s, const char *before, char after);

/* The ids of the newest assets, by token: how many, at least one (die() otherwise), at most max. */
size_t client_asset_ids(struct client *c, const char *token, int64_t *ret, size_t max);

#endif
