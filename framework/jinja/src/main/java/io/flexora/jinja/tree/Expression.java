package io.flexora.jinja.tree;

import io.flexora.jinja.value.PythonValues;

/** A part of a template that has a value. */
public interface Expression {
  Object value(Scope scope);

  /** Whether the value is true as Python sees it. */
  default boolean isTrue(Scope scope) {
    return PythonValues.isTrue(value(scope));
  }
}
