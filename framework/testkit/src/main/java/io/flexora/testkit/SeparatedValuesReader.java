package io.flexora.testkit;

import java.util.ArrayList;
import java.util.List;

/** Reads comma-separated values as RFC 4180 defines them, and nothing looser. */
final class SeparatedValuesReader {

  private final String text;
  private int at;

  private SeparatedValuesReader(String text) {
    this.text = text;
  }

  /**
   * Reads all rows.
   *
   * @throws AssertionError where the text is none
   */
  static List<List<String>> parse(String text) {
    SeparatedValuesReader values = new SeparatedValuesReader(text);
    List<List<String>> rows = new ArrayList<>();
    while (values.at < text.length()) {
      rows.add(values.row());
    }
    return rows;
  }

  private List<String> row() {
    List<String> fields = new ArrayList<>(List.of(field()));
    while (next(",")) {
      fields.add(field());
    }
    if (!next("\r\n")) {
      throw new AssertionError("a row does not end in CR LF at character " + at);
    }
    return fields;
  }

  private String field() {
    if (!next("\"")) {
      int from = at;
      while (at < text.length() && ",\"\r\n".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at);
    }
    StringBuilder field = new StringBuilder();
    while (true) {
      int quote = text.indexOf('"', at);
      if (quote < 0) {
        throw new AssertionError("the quoted field before character " + at + " does not end");
      }
      field.append(text, at, quote);
      at = quote + 1;
      if (!next("\"")) {
        return field.toString();
      }
      field.append('"');
    }
  }

  private boolean next(String expected) {
    boolean there = text.startsWith(expected, at);
    at += there ? expected.length() : 0;
    return there;
  }
}
