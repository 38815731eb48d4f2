package io.flexora.transformers.token;

/**
 * A token that stands for something other than its text.
 *
 * @param id its id
 * @param text how it is written in a text
 */
record SpecialToken(int id, String text) {}
