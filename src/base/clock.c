#include "base/clock.h"

#include <stdatomic.h>

#include "base/buf.h"

#define DAY_MS INT64_C(86400000)

static _Atomic int64_t shift_ms;   /* added to the machine's clock */
static _Atomic int64_t frozen_ms;  /* the standing clock, when frozen */
static atomic_bool frozen;
static _Atomic int64_t latest_ms = INT64_MIN; /* what was handed out last */
static _Atomic int64_t zone_ms = INT64_C(540) * 60000;

static int64_t machine_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t micros(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now(void)
{
	if (atomic_load(&frozen))
		return atomic_load(&frozen_ms);
	int64_t now = machine_ms() + atomic_load(&shift_ms);
	int64_t last = atomic_load(&latest_ms);
	while (last < now)
		if (atomic_compare_exchange_weak(&latest_ms, &last, now))
			return now;
	return last;
}

int64_t clock_monotonic_us(void)
{
	return micros(CLOCK_MONOTONIC);
}

int64_t clock_thread_cpu_us(void)
{
	return micros(CLOCK_THREAD_CPUTIME_ID);
}

void clock_set_for_test(int64_t at_ms, bool stand)
{
	atomic_store(&frozen_ms, at_ms);
	atomic_store(&shift_ms, at_ms - machine_ms());
	atomic_store(&latest_ms, INT64_MIN);
	atomic_store(&frozen, stand);
}

struct clock_state clock_save(void)
{
	return (struct clock_state){ .shift_ms = atomic_load(&shift_ms), .frozen_ms = atomic_load(&frozen_ms), .frozen = atomic_load(&frozen) };
}

void clock_restore(struct clock_state s)
{
	atomic_store(&frozen_ms, s.frozen_ms);
	atomic_store(&shift_ms, s.shift_ms);
	atomic_store(&latest_ms, INT64_MIN);
	atomic_store(&frozen, s.frozen);
}

void clock_set_zone(int offset_minutes)
{
	atomic_store(&zone_ms, (int64_t)offset_minutes * 60000);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct date clock_date(int64_t ms)
{
	return date_from_days(floor_div(ms + atomic_load(&zone_ms), DAY_MS));
}

struct date clock_today(void)
{
	return clock_date(clock_now());
}

int64_t clock_instant(struct date d)
{
	return date_days(d) * DAY_MS - atomic_load(&zone_ms);
}

void clock_put_local(struct buf *b, int64_t ms)
{
	int64_t local = ms + atomic_load(&zone_ms), days = floor_div(local, DAY_MS);
	int minute = (int)((local - days * DAY_MS) / 60000);
	date_put_iso(b, date_from_days(days));
	buf_printf(b, " %02d:%02d", minute / 60, minute % 60);
}

void clock_put_rfc3339(struct buf *b, int64_t ms)
{
	int64_t days = floor_div(ms, DAY_MS);
	int rest = (int)(ms - days * DAY_MS), second = rest / 1000;
	date_put_iso(b, date_from_days(days));
	buf_printf(b, "T%02d:%02d:%02d.%03dZ", second / 3600, second / 60 % 60, second % 60, rest % 1000);
}
