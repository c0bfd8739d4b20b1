/* The texts of all rooms, for code that goes through them. */
#ifndef BASE_TEXT_ALL_H
#define BASE_TEXT_ALL_H

#include "base/text/asset.h"
#include "base/text/auth.h"
#include "base/text/base.h"
#include "base/text/control.h"
#include "base/text/db.h"
#include "base/text/document.h"
#include "base/text/faces.h"
#include "base/text/html.h"
#include "base/text/http.h"
#include "base/text/import.h"
#include "base/text/incident.h"
#include "base/text/mail.h"
#include "base/text/main.h"
#include "base/text/org.h"
#include "base/text/plan.h"
#include "base/text/register.h"
#include "base/text/report.h"
#include "base/text/risk.h"
#include "base/text/training.h"
#include "base/text/work.h"

#endif
