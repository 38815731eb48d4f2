package io.flexora.task.choice.file;

/** Spells YAML's scalars as the harness does, which prints Python's. */
final class Scalars {
  private Scalars() {}

  static String text(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    return value == null ? "None" : value.toString();
  }
}
