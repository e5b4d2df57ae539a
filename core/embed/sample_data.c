/* The packed sample, carried inside the program so that it is there before and after an installation. */
#include "core/embed/sample_data.h"

__asm__(".section .rodata\n"
		".balign 16\n"
		"embed_sample_data_begin:\n"
		".incbin \"" SRCDIR "/core/embed/sample/sample.txt.xz\"\n"
		"embed_sample_data_end:\n"
		".byte 0\n"
		".previous\n");

extern const unsigned char begin_[] __asm__("embed_sample_data_begin");
extern const unsigned char end_[] __asm__("embed_sample_data_end");

const unsigned char *embed_sample_packed(size_t *n)
{
	*n = (size_t)(end_ - begin_);
	return begin_;
}
