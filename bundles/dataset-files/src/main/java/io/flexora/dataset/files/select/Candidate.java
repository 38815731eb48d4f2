package io.flexora.dataset.files.select;

import io.flexora.api.data.Row;

/**
 * A row that may be taken.
 *
 * @param row what would be handed out
 * @param group what it shares with the rows that it may not be parted from
 */
public record Candidate(Row row, String group) {}
