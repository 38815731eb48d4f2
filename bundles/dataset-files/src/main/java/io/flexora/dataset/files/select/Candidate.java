package io.flexora.dataset.files.select;

import io.flexora.api.data.Row;

/**
 * A row that may be taken.
 *
 * @param row what would be handed out
 * @param group what it shares with the rows that it may not be parted from
 * @param stratum the value whose share in samples stays as it is; equal in all rows without one
 */
public record Candidate(Row row, String group, String stratum) {}
