/* For tests of a whole office that look at the letters it queues: mail is on, into files, and each letter can be opened. */
#ifndef TESTS_LETTERS_H
#define TESTS_LETTERS_H

#include "tests/office.h"

#include "base/seal.h"
#include "mail/mail.h"

static int save_mail(struct db_conn *c, void *arg)
{
	struct note why;
	(void)arg;
	return mail_server_save(c, mem, office->key, &(struct mail_server){ .mode = MAIL_FILES, .from = STR("ishigaki@example.co.jp") }, &why);
}

/* The text of the letter to an address, opened. */
static struct str letter_to(const char *address)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	struct str box, text;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT body FROM mail_queue WHERE to_address = ");
	sql_str(&q, str_of(address));
	sql_lit(&q, " ORDER BY id DESC LIMIT 1");
	int e = db_get_str(c, &q, &box);
	db_read_end(db, &c);
	if (e < 0)
		return STR("");
	assert_int_equal(seal_open(mem, office->key, "mail body", box, &text), 0);
	return text;
}

#endif
