/* The rules of approval as one table: what may happen in which state, and what must hold for it. */
#include "base/text/work.h"
#include "work/approval.h"

struct transition {
	enum approval_state from;
	enum approval_event event;
	unsigned when;     /* this line is meant when these facts hold; the first such line counts */
	unsigned guards;   /* what must hold then */
	enum approval_state to;
};

#define DECIDES (FACT_SEEN | FACT_STEP | FACT_NOT_AUTHOR | FACT_NOT_BEFORE)

static const struct transition transitions[] = {
	{ APPROVAL_WAITING, EVENT_APPROVE, FACT_LAST, DECIDES | FACT_SAME, APPROVAL_APPROVED },
	{ APPROVAL_WAITING, EVENT_APPROVE, 0, DECIDES | FACT_SAME, APPROVAL_WAITING },
	{ APPROVAL_WAITING, EVENT_SEND_BACK, 0, DECIDES | FACT_REASON, APPROVAL_SENT_BACK },
	{ APPROVAL_WAITING, EVENT_WITHDRAW, 0, FACT_SUBMITTER, APPROVAL_WITHDRAWN },
	{ APPROVAL_WAITING, EVENT_REPLACE, 0, 0, APPROVAL_REPLACED },
};

/* In the order in which a person wants to hear of them. */
static const struct {
	enum approval_fact fact;
	int err;
	msg_id why;
} guards[] = {
	{ FACT_SEEN, ERR_CONFLICT, MSG_WORK_STEP_GONE },
	{ FACT_STEP, ERR_DENIED, MSG_WORK_NOT_YOURS },
	{ FACT_NOT_AUTHOR, ERR_DENIED, MSG_WORK_OWN_WORK },
	{ FACT_NOT_BEFORE, ERR_DENIED, MSG_WORK_TWICE },
	{ FACT_SUBMITTER, ERR_DENIED, MSG_WORK_NOT_SUBMITTER },
	{ FACT_SAME, ERR_CONFLICT, MSG_WORK_CHANGED_SINCE },
	{ FACT_REASON, ERR_INVALID, MSG_WORK_REASON_NEEDED },
};

int approval_next(enum approval_state from, enum approval_event event, unsigned facts, enum approval_state *ret_to,
                  struct note *ret_why)
{
	for (size_t i = 0; i < COUNT_OF(transitions); i++) {
		const struct transition *t = &transitions[i];
		if (t->from != from || t->event != event || (facts & t->when) != t->when)
			continue;
		for (size_t g = 0; g < COUNT_OF(guards); g++)
			if ((t->guards & guards[g].fact) && !(facts & guards[g].fact)) {
				*ret_why = NOTE0(guards[g].why);
				return guards[g].err;
			}
		*ret_to = t->to;
		return 0;
	}
	*ret_why = NOTE0(MSG_WORK_DECIDED_BEFORE);
	return ERR_CONFLICT;
}
