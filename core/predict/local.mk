# sources of core/predict: append with +=, one file a line
libsvcdesk_a_SOURCES += core/predict/predict.h core/predict/inner.h
libsvcdesk_a_SOURCES += core/predict/counted.c core/predict/feature.c core/predict/linear.c core/predict/measure.c core/predict/model.c core/predict/pool.c
libsvcdesk_a_SOURCES += core/predict/live.c core/predict/live.h
