/*
 * What every handler and job of a running office has in common. Made once by main/, constant afterwards, except where a
 * member says otherwise. http_req.app points here.
 */
#ifndef AUTH_OFFICE_H
#define AUTH_OFFICE_H

#include "db/db.h"
#include "html/html.h"
#include "http/http.h"

struct office {
	struct db *db;
	struct str data_dir;
	struct str config; /* the file that the server was started with; empty where none was named */
	struct str public_url;        /* "https://ishigaki.example.co.jp", or empty */
	bool plain_lan;               /* serving another address than loopback without TLS */
	bool demo;                    /* the database is marked as demo: sign-in hints, settable clock */
	uint8_t key[32];              /* for secrets at rest and keyed digests; from a file beside the database */
	/* Fills menu, names, banners, language of a page for this request's principal; main/ sets it. */
	void (*frame)(struct http_req *req, struct page *page);
};

static inline struct office *office_of(const struct http_req *req)
{
	return req->app;
}

#endif
