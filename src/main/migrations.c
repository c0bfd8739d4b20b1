#include "main/migrations.h"

#include "asset/campaign.h"
#include "auth/auth.h"
#include "db/audit.h"
#include "document/document.h"
#include "incident/incident.h"
#include "mail/mail.h"
#include "register/import.h"
#include "register/query.h"
#include "register/register.h"
#include "work/work.h"
#include "report/signal.h"
#include "training/training.h"

/* The files are taken in as they are; an applied one is never edited (its checksum is compared at every start). */
#define MIGRATION_TEXT(symbol, file) \
	__asm__(".pushsection .rodata\n.global " #symbol "\n" #symbol ":\n.incbin \"src/main/migrations/" file "\"\n.byte 0\n.popsection\n"); \
	extern const char symbol[]

MIGRATION_TEXT(migration_0001, "0001_initial.sql");
MIGRATION_TEXT(migration_0002, "0002_risks.sql");
MIGRATION_TEXT(migration_0003, "0003_indexes.sql");
MIGRATION_TEXT(migration_0004, "0004_overview.sql");
MIGRATION_TEXT(migration_0005, "0005_approvals.sql");
MIGRATION_TEXT(migration_0006, "0006_attack_trees.sql");
MIGRATION_TEXT(migration_0007, "0007_controls.sql");
MIGRATION_TEXT(migration_0008, "0008_ledgers.sql");
MIGRATION_TEXT(migration_0009, "0009_report.sql");
MIGRATION_TEXT(migration_0010, "0010_duties.sql");
MIGRATION_TEXT(migration_0011, "0011_reviews.sql");
MIGRATION_TEXT(migration_0012, "0012_treatments.sql");
MIGRATION_TEXT(migration_0013, "0013_tasks.sql");
MIGRATION_TEXT(migration_0014, "0014_open_requests.sql");
MIGRATION_TEXT(migration_0015, "0015_decided_again.sql");
MIGRATION_TEXT(migration_0016, "0016_frozen_decisions.sql");
MIGRATION_TEXT(migration_0017, "0017_groups.sql");
MIGRATION_TEXT(migration_0018, "0018_recurring_tasks.sql");
MIGRATION_TEXT(migration_0019, "0019_mail.sql");
MIGRATION_TEXT(migration_0020, "0020_calendar_and_steps.sql");
MIGRATION_TEXT(migration_0021, "0021_choices.sql");
MIGRATION_TEXT(migration_0022, "0022_weakness_device.sql");
MIGRATION_TEXT(migration_0023, "0023_training.sql");
MIGRATION_TEXT(migration_0024, "0024_documents.sql");
MIGRATION_TEXT(migration_0025, "0025_near_misses.sql");

const struct db_migration migrations[] = {
	{ 1, "initial", migration_0001 },
	{ 2, "risks", migration_0002 },
	{ 3, "indexes", migration_0003 },
	{ 4, "overview", migration_0004 },
	{ 5, "approvals", migration_0005 },
	{ 6, "attack trees", migration_0006 },
	{ 7, "controls", migration_0007 },
	{ 8, "ledgers", migration_0008 },
	{ 9, "report", migration_0009 },
	{ 10, "duties", migration_0010 },
	{ 11, "reviews", migration_0011 },
	{ 12, "treatments", migration_0012 },
	{ 13, "tasks", migration_0013 },
	{ 14, "open requests", migration_0014 },
	{ 15, "decided again", migration_0015 },
	{ 16, "frozen decisions", migration_0016 },
	{ 17, "groups", migration_0017 },
	{ 18, "recurring tasks", migration_0018 },
	{ 19, "mail", migration_0019 },
	{ 20, "calendar and steps", migration_0020 },
	{ 21, "choices", migration_0021, .mends = true },
	{ 22, "device of a weakness", migration_0022 },
	{ 23, "training", migration_0023 },
	{ 24, "documents", migration_0024 },
	{ 25, "near misses", migration_0025 },
};
const size_t migration_count = COUNT_OF(migrations);

void schema_put(struct buf *b)
{
	buf_z(b, audit_schema);
	buf_z(b, auth_schema);
	buf_z(b, mail_schema);
	buf_z(b, register_schema);
	buf_z(b, import_schema);
	buf_z(b, work_schema);
	buf_z(b, report_schema);
	buf_z(b, campaign_schema);
	buf_z(b, training_schema);
	buf_z(b, incident_schema);
	for (size_t i = 0; i < reg_count(); i++) {
		reg_schema(b, reg_at(i));
		search_schema(b, reg_at(i));
	}
	buf_z(b, document_schema);
}
