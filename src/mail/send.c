/* Asking ishigaki-mail: one helper a letter. */
#include "mail/mail.h"

#include "base/helper.h"
#include "helper/mail_protocol.h"

static const struct helper_limits limits = {
	.memory = (size_t)512 << 20,
	.cpu_seconds = 20,
	.deadline_ms = 45 * 1000,
	.record_max = MAIL_RECORD_MAX,
	.total_max = 4096,
};

static int tell(struct helper *h, struct arena *a, const struct mail_server *s, struct str to, struct str message)
{
	static const char *const how[] = { [MAIL_PLAIN] = "plain", [MAIL_STARTTLS] = "starttls", [MAIL_TLS] = "tls" };
	const struct { uint8_t kind; struct str value; } records[] = {
		{ MAIL_HOST, s->host }, { MAIL_PORT, str_printf(a, "%lld", (long long)s->port) }, { MAIL_HOW, str_of(how[s->tls]) }, { MAIL_USER, s->user }, { MAIL_PASSWORD, s->password },
		{ MAIL_CA, s->ca }, { MAIL_FROM, s->from }, { MAIL_TO, to }, { MAIL_MESSAGE, message }, { MAIL_GO, STR("") },
	};
	int e = 0;
	for (size_t i = 0; e == 0 && i < COUNT_OF(records); i++)
		e = helper_send(h, records[i].kind, records[i].value);
	return e;
}

enum mail_outcome mail_send(struct arena *a, const struct mail_server *s, struct str to, struct str message, struct str *ret_said)
{
	static const char *const no_args[] = { NULL };
	CLEANUP(helper_freep) struct helper *h = NULL;
	struct str said;
	uint8_t kind = 0;
	*ret_said = STR("ishigaki-mail cannot be started");
	int e = helper_start("mail", no_args, -1, &limits, &h);
	if (e == 0)
		e = tell(h, a, s, to, message);
	if (e < 0)
		return MAIL_NO_SERVER;
	*ret_said = STR("ishigaki-mail gave no answer");
	e = helper_next(h, &kind, &said);
	/* From here on the message may be out: a helper that dies without a word leaves it unclear. */
	const bool ended = e == 1 && kind == MAIL_END;
	if (ended)
		e = helper_next(h, &kind, &said);
	if (e != 1 || kind != MAIL_RESULT || said.n < 1 || said.n > MAIL_SAID_MAX + 1 || said.p[0] < '1' || said.p[0] > '5')
		return ended ? MAIL_HANDED_OVER : MAIL_NO_SERVER;
	*ret_said = str_dup(a, str_sub(said, 1, said.n));
	static const enum mail_outcome outcomes[] = { MAIL_ACCEPTED, MAIL_REFUSED, MAIL_LATER, MAIL_NO_SERVER, MAIL_HANDED_OVER };
	return outcomes[said.p[0] - '1'];
}
