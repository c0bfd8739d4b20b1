/* The server: `ishigaki serve`. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/session.h"
#include "base/log.h"
#include "base/num.h"
#include "base/text/main.h"
#include "main/access_log.h"
#include "main/jobs.h"
#include "main/mail_page.h"
#include "main/open.h"
#include "main/routes.h"
#include "main/settings.h"
#include "main/verbs.h"
#include "register/import_pages.h"
#include "work/digest.h"

#define MALLOC_ARENAS 2

/* "127.0.0.1:...", "[::1]:..." and "localhost:..." stay on this machine. */
static bool is_loopback(struct str listen)
{
	return str_starts(listen, STR("127.")) || str_starts(listen, STR("[::1]:")) || str_starts(listen, STR("localhost:"));
}

static void wait_for_signal(void)
{
	sigset_t set;
	int sig;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigwait(&set, &sig);
}

int verb_serve(struct call *c)
{
	struct str dir = call_option(c, "data");
	struct config config;
	struct note why = NOTE0(MSG_MAIN_OPEN_FAILED);
	struct str named = call_option(c, "config");
	if (config_read(c->arena, dir, named, &config, &why) < 0) {
		call_error(c, &why);
		return EXIT_COULD_NOT;
	}
	if (call_flag(c, "listen"))
		config.listen = call_option(c, "listen");
	if (call_flag(c, "plain-lan"))
		config.plain_lan = true;
	int64_t port;
	size_t colon = config.listen.n;
	while (colon && config.listen.p[colon - 1] != ':')
		colon--;
	if (colon < 2 || num_parse_i64((struct str){ config.listen.p + colon, config.listen.n - colon }, 0, 65535, &port) < 0) {
		call_error(c, &NOTE(MSG_MAIN_USE_LISTEN, ARG_S(config.listen)));
		return EXIT_USE;
	}
	if (!is_loopback(config.listen) && !config.plain_lan) {
		call_error(c, &NOTE(MSG_MAIN_PLAIN_LAN, ARG_S(config.listen)));
		return EXIT_USE;
	}
	/* One heap for every thread keeps what each of them once needed: under load that was twice the memory of two shared ones. */
	mallopt(M_ARENA_MAX, MALLOC_ARENAS);
	/* Blocked before any thread starts, so that only wait_for_signal() takes them. */
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);

	struct opened *o = NULL;
	if (office_open(dir, OPEN_EXISTING, &o, &why) < 0) {
		call_error(c, &why);
		return EXIT_COULD_NOT;
	}
	struct office *office = opened_office(o);
	office->config = named;
	office->public_url = config.public_url;
	office->plain_lan = !is_loopback(config.listen);
	office->frame = main_frame;

	const char *proxies[COUNT_OF(config.trusted_proxies) + 1] = { NULL };
	for (size_t i = 0; i < config.proxies; i++)
		proxies[i] = str_z(c->arena, config.trusted_proxies[i]);
	all_routes_count();
	struct http_options options = {
		.listen = config.listen, .control_socket = office_socket(c->arena, dir), .routes = all_routes, .route_counts = all_route_counts,
		.guard = auth_guard, .error_page = main_error_page, .logged = access_log_write, .app = office,
		.trusted_proxies = proxies, .control = verbs_control, .public_url = config.public_url,
	};
	access_log_open(c->arena, office);
	struct http_server *server = NULL;
	int code = EXIT_DONE;
	if (http_start(&options, &server, &why) < 0) {
		call_error(c, &why);
		code = EXIT_COULD_NOT;
	} else {
		struct jobs *jobs = jobs_start(office, &config);
		call_out(c, str_printf(c->arena, "%.*s\n", STR_FMT(note_str(c->arena, c->lang, &NOTE(MSG_MAIN_SERVING, ARG_S(config.listen))))));
		wait_for_signal();
		jobs_stop(jobs);
		http_stop(server);
		import_pages_stop();
		auth_stop();
	}
	access_log_close();
	office_close(o);
	return code;
}
