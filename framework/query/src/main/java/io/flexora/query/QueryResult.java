package io.flexora.query;

import java.util.List;

/**
 * The result of a query.
 *
 * @param columns the names of the columns
 * @param rows for each row a value for each column: {@code Boolean}, {@code Long}, {@code Double},
 *     {@code BigDecimal}, {@code BigInteger}, {@code String}, {@code List} and {@code Map} of them,
 *     or null; a time is a {@code String} such as {@code 2026-03-04T05:06:07.500000}, in UTC
 * @since 0.1
 */
public record QueryResult(List<String> columns, List<List<Object>> rows) {

  /** Copies the lists; rows stay as they are, since they may hold null. */
  public QueryResult {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }
}
