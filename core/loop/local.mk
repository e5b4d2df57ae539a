# sources of core/loop: append with +=, one file a line
