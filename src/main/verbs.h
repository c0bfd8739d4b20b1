/*
 * The command line. Every verb is one function over an open office; it runs in this process, or, while a server holds the
 * data directory, inside the server through its control socket, with the caller's descriptors.
 * Exit codes: 0 done, 1 found problems, 2 wrong use, 3 could not.
 */
#ifndef MAIN_VERBS_H
#define MAIN_VERBS_H

#include "auth/auth.h"
#include "auth/office.h"
#include "base/limits.h"

enum { EXIT_DONE = 0, EXIT_FOUND = 1, EXIT_USE = 2, EXIT_COULD_NOT = 3 };

struct call {
	const char *verb;
	struct arena *arena;
	struct str word[4]; size_t words;             /* positional, after the verb */
	struct { struct str name, value; } option[24]; size_t options;
	enum lang lang;
	int in_fd, out_fd, err_fd;
};

/* Options without value read as "1". STR_NULL when absent. */
struct str call_option(const struct call *c, const char *name);
bool call_flag(const struct call *c, const char *name);
void call_out(struct call *c, struct str s);
void call_error(struct call *c, const struct note *n); /* one line on err_fd, "ishigaki: ..." */

/* The i-th verb in the order of the table: its words, and what it does. False after the last. */
bool verb_told(size_t i, const char **ret_usage, msg_id *ret_about);
/* The manual page of the command line, ishigaki(1), from the table (main/man_page.c). */
void man_page_put(struct buf *b, enum lang lang);

/* Splits argv by the verb's declared options; EXIT_USE with a message for unknown ones. */
int call_parse(struct call *c, struct arena *a, int argc, const char *const *argv);

/* main(): parses, opens files, chooses between this process and the server; "--version" is answered here. */
int verbs_main(int argc, const char *const *argv);
/* The server's side of the control socket. */
int verbs_control(void *app, int argc, const char *const *argv, int in_fd, int out_fd, int err_fd);

int verb_serve(struct call *c);   /* main/serve.c */
int verb_init(struct call *c);    /* main/init.c */
int verb_restore(struct call *c); /* main/restore.c */
int verb_schema(struct call *c);
int verb_import(struct office *o, struct call *c);
int verb_export(struct office *o, struct call *c);
int verb_token(struct office *o, struct call *c);
int verb_user(struct office *o, struct call *c);
int verb_audit_trail(struct office *o, struct call *c);
int verb_backup(struct office *o, struct call *c);
int verb_report(struct office *o, struct call *c); /* main/report_verb.c */
int verb_doctor(struct office *o, struct call *c);
int verb_erase(struct office *o, struct call *c);

/* ---- what the verbs over an office share (main/local_verbs.c); each says on err_fd what is wrong ---- */

struct reg;
struct principal;
/* Who the command acts as: the operator, or --as USER with exactly that account's rights. EXIT_DONE, or
 * EXIT_COULD_NOT for an account that is not there. */
int verb_caller(struct office *o, struct call *c, struct principal *ret);
const struct reg *verb_register(struct call *c); /* of the first word; NULL when there is none */
int verb_failed(struct call *c, int err);        /* EXIT_COULD_NOT */

#endif
