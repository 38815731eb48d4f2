package io.flexora.jinja.tree;

import io.flexora.jinja.value.Output;

/** A part of a template that renders something or sets a variable. */
public interface Statement {

  /** The way that execution goes on after a statement. */
  enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  Flow execute(Scope scope, Output output);
}
