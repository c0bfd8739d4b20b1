/*
 * Tests that follow from the descriptions alone: for every declared register and every built-in access role, over a real
 * server with the guard. They run on any set of registers; a room's own rules have tests in the room.
 */
#ifndef TESTS_GENERATED_H
#define TESTS_GENERATED_H

#include "auth/office.h"
#include "register/register.h"

/* Starts a server over an open office whose registers are declared, makes one account per built-in role, and one row of
 * every register that others refer to. Without routes those of the engine and of sign-in are served. */
void generated_begin(struct office *office, const struct route *const *routes, const size_t *route_counts);
void generated_end(void);

/* Each of these runs over every declared register; a failure names register and field. */
void generated_create_and_read(void **state);
void generated_refuse(void **state);
void generated_change(void **state);
void generated_archive_and_restore(void **state);
void generated_list_filter_sort_search(void **state);
void generated_plans(void **state);
void generated_statements(void **state);
void generated_export(void **state);
void generated_pages_escape(void **state);
void generated_history(void **state);
void generated_rights(void **state);
void generated_lists_leak_nothing(void **state);
void generated_imports_by_role(void **state);
void generated_private_fields(void **state);
void generated_routes_leak_nothing(void **state);
void generated_routes_refuse_alike(void **state);
void generated_read_only_tokens(void **state);
void generated_personal_links(void **state);
void generated_bulk_views_drafts(void **state);
void generated_attachments(void **state);
void generated_own_fields(void **state);
void generated_documents(void **state);

/* In three groups, for programs that run side by side, and all of them. */
#define GENERATED_ROWS \
	cmocka_unit_test(generated_create_and_read), cmocka_unit_test(generated_refuse), cmocka_unit_test(generated_change), \
	cmocka_unit_test(generated_archive_and_restore), cmocka_unit_test(generated_list_filter_sort_search), \
	cmocka_unit_test(generated_plans), cmocka_unit_test(generated_statements), cmocka_unit_test(generated_export), cmocka_unit_test(generated_pages_escape), cmocka_unit_test(generated_history), \
	cmocka_unit_test(generated_bulk_views_drafts), cmocka_unit_test(generated_attachments), \
	cmocka_unit_test(generated_own_fields), cmocka_unit_test(generated_documents)
#define GENERATED_RIGHTS \
	cmocka_unit_test(generated_rights), cmocka_unit_test(generated_read_only_tokens), cmocka_unit_test(generated_personal_links)
#define GENERATED_LEAKS cmocka_unit_test(generated_lists_leak_nothing), cmocka_unit_test(generated_imports_by_role), cmocka_unit_test(generated_private_fields), \
	cmocka_unit_test(generated_routes_leak_nothing), cmocka_unit_test(generated_routes_refuse_alike)
#define GENERATED_TESTS GENERATED_ROWS, GENERATED_RIGHTS, GENERATED_LEAKS

#endif
