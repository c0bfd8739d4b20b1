/* The JSON API of every register: handlers for the route table. */
#ifndef REGISTER_API_H
#define REGISTER_API_H

#include "http/http.h"

http_handler api_list, api_create, api_get, api_patch, api_archive, api_restore, api_erase, api_history, api_openapi;
const struct param *api_list_param(const struct http_req *req, struct str name);

#endif
