#include "main/routes.h"

#include "asset/asset.h"
#include "auth/pages.h"
#include "document/document.h"
#include "incident/incident.h"
#include "main/first_run.h"
#include "main/mail_page.h"
#include "main/settings.h"
#include "org/org.h"
#include "register/faces.h"
#include "register/import_pages.h"
#include "report/monthly.h"
#include "risk/risk.h"
#include "risk/treatment.h"
#include "training/training.h"
#include "work/calendar.h"
#include "work/digest.h"
#include "work/task.h"
#include "work/work.h"

const struct route *const all_routes[] = {
	main_routes, first_run_routes, settings_routes, auth_routes, work_routes, approval_routes, task_routes, notice_routes, calendar_routes, mail_page_routes, org_routes, asset_routes,
	risk_routes, plan_routes, training_routes, incident_routes, report_routes, document_routes, import_page_routes, register_page_routes, register_api_routes, NULL,
};

static size_t counts[COUNT_OF(all_routes) - 1];
const size_t *const all_route_counts = counts;

size_t all_routes_count(void)
{
	const size_t n[COUNT_OF(counts)] = {
		main_route_count, first_run_route_count, settings_route_count, auth_route_count, work_route_count, approval_route_count,
		task_route_count, notice_route_count, calendar_route_count, mail_page_route_count, org_route_count, asset_route_count, risk_route_count, plan_route_count, training_route_count, incident_route_count, report_route_count, document_route_count,
		import_page_route_count, register_page_route_count, register_api_route_count,
	};
	memcpy(counts, n, sizeof counts);
	return COUNT_OF(counts);
}
