package io.flexora.transformers.token;

/**
 * A text as tokens.
 *
 * @param ids the token ids
 * @param starts for each token the index of the first character that it stands for
 * @param ends for each token the index behind the last character that it stands for
 */
// Bulk data; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record Encoded(int[] ids, int[] starts, int[] ends) {}
