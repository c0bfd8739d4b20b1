#include "main/open.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asset/asset.h"
#include "asset/campaign.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/text/main.h"
#include "control/control.h"
#include "document/document.h"
#include "incident/incident.h"
#include "main/guide.h"
#include "main/migrations.h"
#include "main/settings.h"
#include "main/world.h"
#include "org/duty.h"
#include "org/org.h"
#include "register/batch.h"
#include "register/export.h"
#include "register/history.h"
#include "register/setting.h"
#include "report/evidence.h"
#include "risk/overview.h"
#include "risk/risk.h"
#include "work/approval.h"
#include "work/digest.h"
#include "work/task.h"
#include "risk/treatment.h"
#include "training/training.h"
#include "work/calendar.h"
#include "work/work.h"

struct opened {
	struct arena *arena;
	struct office office;
	int lock_fd;
	bool upgraded;       /* a migration was applied to data that was there */
};

#define LINKS_MAX 32

void office_declare(void)
{
	static bool declared;
	if (declared)
		return;
	declared = true;
	static const struct reg *const registers[] = {
		&reg_company, &reg_unit, &reg_person, &reg_duty, &reg_duty_holder, &reg_approval_route,
		&reg_asset, &reg_place, &reg_device, &reg_application, &reg_service, &reg_service_account, &reg_campaign,
		&reg_threat_situation, &reg_control_check,
		&reg_threat, &reg_device_check, &reg_weakness, &reg_assessment, &reg_loss_sheet, &reg_risk,
		&reg_attack_tree, &reg_stride_sheet, &reg_stride_part,
		&reg_control, &reg_control_effect, &reg_insurance,
		&reg_treatment, &reg_acceptance, &reg_treatment_plan, &reg_task,
		&reg_training_plan, &reg_session, &reg_course, &reg_question, &reg_survey, &reg_phishing, &reg_phishing_result, &reg_skill,
		&reg_document, &reg_revision, &reg_revision_reason, &reg_rule_review, &reg_nda,
		&reg_near_miss, &reg_incident,
	};
	struct str why;
	if (reg_declare(registers, COUNT_OF(registers), &why) < 0)
		die("register description: %.*s", STR_FMT(why));
	static const struct {
		const struct link_kind *const *kind;
		const size_t *count;
	} rooms[] = { { asset_links, &asset_link_count }, { control_links, &control_link_count }, { incident_links, &incident_link_count } };
	const struct link_kind *links[LINKS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < COUNT_OF(rooms); i++)
		for (size_t k = 0; k < *rooms[i].count; k++, n++)
			if (n < LINKS_MAX)
				links[n] = rooms[i].kind[k];
	if (n > LINKS_MAX)
		die("more than %d kinds of links", LINKS_MAX);
	if (link_declare(links, n, &why) < 0)
		die("link description: %.*s", STR_FMT(why));
	control_declare_detail(risk_of_control);
	approval_declare_facts(treatment_frozen, treatment_frozen_count);
	static const struct own_route own_routes[] = { { &reg_revision, revision_route } };
	approval_declare_routes(own_routes, COUNT_OF(own_routes));
	work_declare();
	static const struct calendar_part *const calendar_parts[] = { &calendar_tasks, &calendar_approvals, &calendar_ends, &calendar_training };
	calendar_declare(calendar_parts, COUNT_OF(calendar_parts));
	static const struct setting *const tables[] = { main_settings, org_settings, asset_settings, risk_settings, treatment_settings, control_settings,
		training_settings, incident_settings, work_settings };
	const size_t counts[] = { main_setting_count, org_setting_count, asset_setting_count, risk_setting_count, treatment_setting_count, control_setting_count,
		training_setting_count, incident_setting_count, work_setting_count };
	setting_declare(tables, counts, COUNT_OF(tables));
	static const struct layout *const layouts[] = { &asset_ledger_layout };
	export_declare_layouts(layouts, COUNT_OF(layouts));
	static const struct signal_area areas[] = {
		{ "asset", { "資産", "Assets" }, "/asset", "asset", asset_signal_load },
		{ "risk", { "リスク", "Risk" }, "/risk", "asset", risk_signal_load },
		{ "control", { "対策", "Controls" }, "/control", "control", control_signal_load },
		{ "near_miss", { "ヒヤリハット", "Near misses" }, "/incident", "near_miss", near_miss_signal_load },
		{ "people", { "人とアカウント", "People and accounts" }, "/org", "person", training_people_signal },
	};
	signal_declare(areas, COUNT_OF(areas));
	static const struct report_part *const report_parts[] = { &work_report_part, &risk_report_part, &plan_report_part, &incident_report_part };
	report_declare(report_parts, COUNT_OF(report_parts));
	evidence_declare(&work_evidence_part, 1);
	static history_say *const says[] = { approval_say, checklist_say, campaign_say };
	history_declare(says, COUNT_OF(says));
	static const struct digest_part *const digest_parts[] = { &near_miss_digest_part };
	digest_declare(digest_parts, COUNT_OF(digest_parts));
	guide_declare();
	auth_set_world(&main_world);
}

struct str office_socket(struct arena *a, struct str data_dir)
{
	return str_printf(a, "%.*s/control.sock", STR_FMT(data_dir));
}

struct str office_path(struct arena *a, const struct office *o, const char *name)
{
	return str_printf(a, "%.*s/%s", STR_FMT(o->data_dir), name);
}

#define KEY_MARK "'office.key_mark'"

/* The key lies beside the database, not in it: a copy of the database alone gives no secret away. */
static int key_load(struct arena *a, struct str dir, bool create, uint8_t key[32])
{
	struct str path = str_printf(a, "%.*s/key", STR_FMT(dir)), text;
	int r = file_read(a, path, 64, &text);
	if (r == 0 && text.n == 32) {
		memcpy(key, text.p, 32);
		return 0;
	}
	if (r != ERR_NOT_FOUND || !create)
		return r < 0 ? r : ERR_CORRUPT;
	random_bytes(key, 32);
	return file_write(a, path, (struct str){ (const char *)key, 32 }, 0600);
}

/* What only this key gives; it tells nothing about the key. */
static struct str key_mark(struct arena *a, const uint8_t key[32])
{
	static const char what[] = "ishigaki: the key of this office";
	uint8_t mark[HASH_SIZE];
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 2 * HASH_SIZE + 1);
	hash_blake2b_keyed(mark, key, 32, what, sizeof what - 1);
	hash_put_hex(&b, mark, HASH_SIZE);
	return str_dup(a, buf_view(&b));
}

int office_key_fits(struct db_conn *c, struct arena *a, const uint8_t key[32])
{
	struct sql q;
	struct str kept;
	sql_init(&q, a);
	sql_lit(&q, "SELECT text FROM setting WHERE key = " KEY_MARK);
	int r = db_get_str(c, &q, &kept);
	return r < 0 ? r : str_eq(kept, key_mark(a, key)) ? 0 : ERR_DENIED;
}

int office_key_read(struct arena *a, struct str dir, uint8_t key[32])
{
	return key_load(a, dir, false, key);
}

/* The first opening with a key binds the database to it; after that no other opens it. */
static int bind_key(struct db_conn *c, void *ctx)
{
	struct opened *o = ctx;
	int r = office_key_fits(c, o->arena, o->office.key);
	if (r != ERR_NOT_FOUND)
		return r;
	struct sql q;
	sql_init(&q, o->arena);
	sql_lit(&q, "INSERT INTO setting(key, text) VALUES (" KEY_MARK ", ");
	sql_str(&q, key_mark(o->arena, o->office.key));
	sql_lit(&q, ")");
	return db_exec(c, &q, NULL);
}

static int before_migration(struct db *db, void *ctx)
{
	(void)db;
	struct opened *o = ctx;
	o->upgraded = true;
	return office_backup(&o->office, o->arena, "before-migration", NULL);
}

int office_backup(struct office *o, struct arena *a, const char *kind, struct str *ret_path)
{
	int r = dir_make(a, office_path(a, o, "backups"));
	if (r < 0)
		return r;
	struct buf stamp;
	buf_init(&stamp, 64);
	clock_put_rfc3339(&stamp, clock_now());
	char name[32];
	size_t n = 0;
	for (size_t i = 0; i < stamp.n && n + 1 < sizeof name; i++)
		if (stamp.p[i] != ':' && stamp.p[i] != '-')
			name[n++] = stamp.p[i];
	buf_release(&stamp);
	struct str path = str_printf(a, "%.*s/backups/%s-%.*s.db", STR_FMT(o->data_dir), kind, (int)n, name);
	r = db_backup(o->db, path);
	if (r == 0 && ret_path)
		*ret_path = path;
	return r;
}

static int seed(struct db_conn *c, void *ctx)
{
	struct opened *o = ctx;
	struct arena *a = arena_new(LIMIT_ARENA);
	int r = setting_seed(c, a);
	if (r == 0)
		r = setting_demo_load(c, &o->office);
	/* What is derived may follow from more than before. */
	if (r == 0 && o->upgraded) {
		struct principal system = auth_system();
		struct reg_ctx rc = { .conn = c, .arena = a, .by = &system, .key = o->office.key };
		r = reg_recompute_all(&rc, STR("upgrade"), NULL);
	}
	arena_free(a);
	return r;
}

/* A note of a failed opening may point into the arena that goes with it: its strings move to this thread, until the next
 * failure. */
static void keep_strings(struct note *why)
{
	static _Thread_local char text[4][512];
	_Static_assert(COUNT_OF(text) == COUNT_OF(why->arg), "one place per argument");
	for (size_t i = 0; i < COUNT_OF(text); i++) {
		if (why->arg[i].kind != MSG_ARG_STR)
			continue;
		struct str s = why->arg[i].s;
		size_t n = s.n < sizeof text[i] ? s.n : sizeof text[i];
		memmove(text[i], s.p, n);
		why->arg[i].s = (struct str){ text[i], n };
	}
}

int office_open(struct str data_dir, enum open_mode mode, struct opened **ret, struct note *ret_why)
{
	office_declare();
	struct arena *a = arena_new(LIMIT_ARENA);
	struct opened *o = ARENA_NEW(a, struct opened);
	o->arena = a;
	o->lock_fd = -1;
	o->office.data_dir = str_dup(a, data_dir);
	struct str db_path = str_printf(a, "%.*s/ishigaki.db", STR_FMT(data_dir));
	bool exists = access(str_z(a, db_path), F_OK) == 0;
	int r = mode == OPEN_EXISTING && !exists ? ERR_NOT_FOUND : mode == OPEN_CREATE && exists ? ERR_EXISTS : 0;
	if (r < 0) {
		*ret_why = NOTE(exists ? MSG_MAIN_DATA_EXISTS : MSG_MAIN_DATA_MISSING, ARG_S(str_dup(a, data_dir)));
		goto fail;
	}
	struct stat owner;
	if (geteuid() == 0 && stat(str_z(a, data_dir), &owner) == 0 && owner.st_uid != 0) {
		const struct passwd *user = getpwuid(owner.st_uid);
		r = ERR_DENIED;
		*ret_why = NOTE(MSG_MAIN_DIR_OWNER, ARG_S(data_dir), ARG_S(user ? str_dup(a, str_of(user->pw_name)) : str_printf(a, "#%u", owner.st_uid)));
		goto fail;
	}
	if (mode == OPEN_CREATE && (r = dir_make(a, data_dir)) < 0) {
		*ret_why = NOTE(MSG_MAIN_DIR_FAILED, ARG_S(data_dir), ARG_S(str_of(strerrordesc_np(errno))));
		goto fail;
	}
	o->lock_fd = open(str_z(a, str_printf(a, "%.*s/lock", STR_FMT(data_dir))), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (o->lock_fd < 0 || flock(o->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		r = o->lock_fd >= 0 && errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO;
		*ret_why = r == ERR_BUSY ? NOTE(MSG_MAIN_DATA_BUSY, ARG_S(data_dir))
		                         : NOTE(MSG_MAIN_DIR_FAILED, ARG_S(data_dir), ARG_S(str_of(strerrordesc_np(errno))));
		goto fail;
	}
	if ((r = key_load(a, data_dir, !exists, o->office.key)) < 0) {
		*ret_why = NOTE(MSG_MAIN_KEY_MISSING, ARG_S(data_dir));
		goto fail;
	}
	struct db_options options = { .path = db_path, .create = !exists };
	if ((r = db_open(&options, &o->office.db, ret_why)) < 0)
		goto fail;
	if ((r = db_migrate(o->office.db, migrations, migration_count, before_migration, o, ret_why)) < 0)
		goto fail;
	if ((r = db_write(o->office.db, bind_key, o)) < 0) {
		*ret_why = NOTE(r == ERR_DENIED ? MSG_MAIN_KEY_OTHER : MSG_MAIN_OPEN_FAILED, ARG_S(data_dir));
		goto fail;
	}
	if ((r = db_write(o->office.db, seed, o)) < 0) {
		*ret_why = NOTE(MSG_MAIN_OPEN_FAILED, ARG_S(db_path));
		goto fail;
	}
	struct principal system = auth_system();
	struct reg_ctx ctx = { .arena = a, .by = &system, .key = o->office.key };
	if ((r = batch_recover(o->office.db, &ctx)) < 0) {
		*ret_why = NOTE(MSG_MAIN_OPEN_FAILED, ARG_S(db_path));
		goto fail;
	}
	*ret = o;
	return 0;
fail:
	keep_strings(ret_why);
	office_close(o);
	return r;
}

struct office *opened_office(struct opened *o)
{
	return &o->office;
}

void office_close(struct opened *o)
{
	if (!o)
		return;
	if (o->office.db)
		db_close(o->office.db);
	if (o->lock_fd >= 0)
		close(o->lock_fd);
	arena_free(o->arena);
}
