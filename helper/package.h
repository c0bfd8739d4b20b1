/*
 * A package of XML parts in a ZIP archive (the container of XLSX), opened with distrust: before a part is looked at, the
 * number of entries, their names, sizes, ratios, encryption and active content are checked; a part is inflated and
 * parsed in pieces, never as a whole, and a document type or an entity declaration stops the parser.
 *
 * Everything that is wrong goes to the import_out as a refusal; functions then return ERR_INVALID.
 */
#ifndef HELPER_PACKAGE_H
#define HELPER_PACKAGE_H

#include "helper/import_out.h"

#define PACKAGE_ENTRIES_MAX 4096                 /* a large real workbook has some hundreds */
#define PACKAGE_INFLATED_MAX ((uint64_t)2 << 30) /* all parts together, as declared */
#define PACKAGE_RATIO_MAX 120                    /* a sheet of a million equal rows reaches about 60 */
#define PACKAGE_RATIO_FROM ((uint64_t)4 << 20)   /* smaller parts may have any ratio */
#define PACKAGE_NAME_MAX 512
#define XML_DEPTH_MAX 64

struct package; /* an open archive; borrows the bytes of the file */

MUST_USE int package_open(struct str file, struct import_out *out, struct package **ret);
void package_free(struct package *p);
bool package_has(struct package *p, const char *part);

/* One run of the XML parser over one part. Names come without their prefix; attributes are looked up with xml_attr(). */
struct xml_run;
struct xml_handler {
	/* depth of the document element is 1 */
	void (*start)(struct xml_run *run, void *user, const char *name, unsigned depth);
	void (*end)(struct xml_run *run, void *user, const char *name, unsigned depth);
	void (*text)(struct xml_run *run, void *user, const char *p, size_t n); /* may be NULL */
};
/* Can an element of that name stand in the part? A look at its bytes, several times cheaper than a run of the parser; true when
 * in doubt (no such part, damaged, UTF-16), so that the parser gives the verdict. */
bool package_may_hold(struct package *p, const char *part, const char *name);
/* ERR_NOT_FOUND when there is no such part (nothing is refused then). */
MUST_USE int package_parse(struct package *p, const char *part, const struct xml_handler *handler, void *user);
/* Only within start(): the value of the attribute, prefix ignored, or NULL. */
const char *xml_attr(const struct xml_run *run, const char *name);
/* The same for an attribute that must have a prefix (r:id beside id). */
const char *xml_attr_prefixed(const struct xml_run *run, const char *name);
/* Ends the run with a refusal; where names a place within the part ("B5") or is "". */
void xml_refuse(struct xml_run *run, enum import_refusal why, const char *where);

/* The part a relationship of source (a part's name) points to: dots resolved, "/" at the start taken as the root.
 * False when it leads out of the package. ret holds PACKAGE_NAME_MAX bytes. */
bool package_resolve(const char *source, const char *target, char *ret);

#endif
