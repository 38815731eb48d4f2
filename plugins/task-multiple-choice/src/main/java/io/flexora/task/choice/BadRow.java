package io.flexora.task.choice;

import io.flexora.api.data.Row;
import io.flexora.api.data.RowException;
import io.flexora.api.data.RowFields;
import io.flexora.files.message.NearestName;

/** The messages about rows that cannot be used. */
final class BadRow {
  private BadRow() {}

  static RowException of(Row row, String what) {
    return new RowFields(row).bad(what);
  }

  static RowException missing(Row row, String field) {
    return new RowException(
        row.origin(),
        "row %s has no field '%s'%s. The dataset's option 'rename' gives fields other names"
            .formatted(row.origin(), field, NearestName.hint(field, row.names())));
  }
}
