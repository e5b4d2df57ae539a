# sources of core/predict: append with +=, one file a line
libsvcdesk_a_SOURCES += core/predict/predict.h core/predict/inner.h
libsvcdesk_a_SOURCES += core/predict/counted.c core/predict/feature.c core/predict/increment.c core/predict/linear.c core/predict/measure.c core/predict/model.c core/predict/pool.c
libsvcdesk_a_SOURCES += core/predict/live.c core/predict/live.h core/predict/live_inner.h core/predict/live_history.c core/predict/live_store.c core/predict/live_test.c core/predict/live_beside.c
