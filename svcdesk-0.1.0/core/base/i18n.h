/* Short names for gettext. Strings for people only; logs and JSON are never translated. */
#ifndef CORE_BASE_I18N_H
#define CORE_BASE_I18N_H

#include <libintl.h>

#define _(s) gettext(s)
#define N_(s) (s)

#endif
