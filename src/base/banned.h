/*
 * Force-included into every translation unit (-include base/banned.h): functions that invite memory errors, locale
 * surprises or hidden state do not compile here. Use the counterparts in base/ instead.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef strtok
#undef strerror
#undef sprintf
#undef vsprintf
#undef alloca
#define strcpy(...) sorry_strcpy_is_banned_use_buf
#define strcat(...) sorry_strcat_is_banned_use_buf
#define strncpy(...) sorry_strncpy_is_banned_use_buf
#define strncat(...) sorry_strncat_is_banned_use_buf
#define strerror(...) sorry_strerror_is_banned_use_strerrordesc_np
#define strtok(...) sorry_strtok_is_banned_use_str_split
#define sprintf(...) sorry_sprintf_is_banned_use_buf_printf
#define vsprintf(...) sorry_vsprintf_is_banned_use_buf_printf
#define gets(...) sorry_gets_is_banned
#define atoi(...) sorry_atoi_is_banned_use_num_parse_i64
#define atol(...) sorry_atol_is_banned_use_num_parse_i64
#define atoll(...) sorry_atoll_is_banned_use_num_parse_i64
#define atof(...) sorry_atof_is_banned_use_num_parse_decimal
#define strtol(...) sorry_strtol_is_banned_use_num_parse_i64
#define strtoul(...) sorry_strtoul_is_banned_use_num_parse_i64
#define strtoll(...) sorry_strtoll_is_banned_use_num_parse_i64
#define strtoull(...) sorry_strtoull_is_banned_use_num_parse_i64
#define alloca(...) sorry_alloca_is_banned
#define system(...) sorry_system_is_banned_use_helper
#define popen(...) sorry_popen_is_banned_use_helper
#define scanf(...) sorry_scanf_is_banned
#define sscanf(...) sorry_sscanf_is_banned_use_num_parse_i64
#define fscanf(...) sorry_fscanf_is_banned
#define rand(...) sorry_rand_is_banned_use_random_bytes
#define srand(...) sorry_srand_is_banned
#define tmpnam(...) sorry_tmpnam_is_banned
#define localtime(...) sorry_localtime_is_banned_use_clock
#define gmtime(...) sorry_gmtime_is_banned_use_clock
#define ctime(...) sorry_ctime_is_banned_use_clock
#define asctime(...) sorry_asctime_is_banned_use_clock

#endif
