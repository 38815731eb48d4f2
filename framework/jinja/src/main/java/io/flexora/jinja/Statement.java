package io.flexora.jinja;

/** A part of a template that renders something or sets a variable. */
interface Statement {

  /** How execution goes on after a statement. */
  enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  Flow execute(Scope scope, Output output);
}
