/* Every bound of the program, by name, in one place. Sizes in bytes unless the name says otherwise. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define LIMIT_ARENA (256u << 20)          /* one request's or one job's memory */
#define LIMIT_PAGE (16u << 20)            /* one HTML or JSON answer built in memory */
#define LIMIT_SQL (256u << 10)            /* one statement's text */
#define LIMIT_SQL_PARAMS 2048             /* values bound to one statement */
#define LIMIT_STATEMENTS 256              /* prepared statements kept per connection */
#define LIMIT_READERS 64                  /* read connections open at once */
#define LIMIT_AUDIT_BODY (64u << 20)      /* one entry of the audit trail */
#define LIMIT_URL (8u << 10)              /* request target, including the query */
#define LIMIT_HEADERS (32u << 10)         /* all request headers together */
#define LIMIT_PARAMS 600                  /* query parameters or form fields of one request */
#define LIMIT_FORM (4u << 20)             /* a form body without files */
#define LIMIT_JSON (4u << 20)             /* an API request body */
#define LIMIT_JSON_DEPTH 16
#define LIMIT_UPLOAD (64u << 20)          /* one uploaded file */
#define LIMIT_ATTACHMENT (20u << 20)      /* one attachment */
#define LIMIT_TEXT 2000                   /* characters of a text field, unless its description says less */
#define LIMIT_LONG_TEXT 50000             /* characters of a long text field */
#define LIMIT_URL_FIELD 2000              /* characters of a URL field */
#define LIMIT_CELL (128u << 10)           /* one cell of an imported file */
#define LIMIT_IMPORT_ROWS 1000000
#define LIMIT_IMPORT_COLUMNS 256
#define LIMIT_IMPORT_SHEETS 64
#define LIMIT_FIELDS 96                   /* fields of one register, own fields included */
#define LIMIT_OWN_FIELDS 30               /* fields that may be added to one register */
#define LIMIT_REGISTERS 64
#define LIMIT_PAGE_ROWS 200               /* rows of one list page or API page */
#define LIMIT_BULK_ROWS 1000              /* rows of one bulk edit */
#define LIMIT_COUNT 1000                  /* a count beyond this is shown as "1,000+" */
#define LIMIT_SEARCH_TERMS 8
#define LIMIT_SEARCH_CHARS 100
#define LIMIT_BATCH 256                   /* write jobs committed together */
#define LIMIT_IMPORT_CHUNK 200            /* rows of one import transaction: keeps others' waiting under 200 ms */
#define LIMIT_GRANTS 64                   /* grants of one principal */

#endif
