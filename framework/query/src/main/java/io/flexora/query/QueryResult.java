package io.flexora.query;

import java.util.List;

/**
 * What a query found.
 *
 * @param columns the names of the columns
 * @param rows for each row a value for each column: {@code Boolean}, {@code Long}, {@code Double},
 *     {@code BigDecimal}, {@code BigInteger}, {@code String}, {@code List} and {@code Map} of them,
 *     or null
 * @since 0.1
 */
public record QueryResult(List<String> columns, List<List<Object>> rows) {

  /** Copies the lists; rows stay as they are, since they may hold null. */
  public QueryResult {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }
}
