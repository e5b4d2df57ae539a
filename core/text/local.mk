# sources of core/text: append with +=, one file a line
