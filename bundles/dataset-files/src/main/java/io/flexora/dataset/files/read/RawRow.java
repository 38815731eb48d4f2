package io.flexora.dataset.files.read;

import java.util.Map;

/**
 * A row as it stands in its file.
 *
 * @param origin the file's name and the number of the line (or, in formats without lines, of the
 *     row), such as {@code train.jsonl:17}
 * @param fields the values by name, in the order of the file: text, numbers, truth values, lists,
 *     maps, and null where the file says so
 */
public record RawRow(String origin, Map<String, Object> fields) {}
