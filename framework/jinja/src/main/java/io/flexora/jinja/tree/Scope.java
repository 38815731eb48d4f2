package io.flexora.jinja.tree;

import io.flexora.jinja.filter.Globals;
import io.flexora.jinja.value.Data;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Undefined;
import java.util.HashMap;
import java.util.Map;

/** The variables that a part of a template sees. */
public final class Scope {
  private final Run run;
  private final Scope parent;
  private final Map<String, Object> variables;

  private Scope(Run run, Scope parent, Map<String, Object> variables) {
    this.run = run;
    this.parent = parent;
    this.variables = variables;
  }

  /** The scope of a template's input and of the global functions. */
  public static Scope top(Run run, Map<String, ?> input) {
    Scope globals = new Scope(run, null, Globals.of(run.options()));
    Map<String, Object> variables = new HashMap<>();
    input.forEach((name, value) -> variables.put(name, Data.of(value)));
    return new Scope(run, globals, variables);
  }

  /** A scope inside of this one: what it sets is not seen outside. */
  public Scope inner() {
    return new Scope(run, this, new HashMap<>());
  }

  Run run() {
    return run;
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      Object value = scope.variables.get(name);
      if (value != null || scope.variables.containsKey(name)) {
        return value;
      }
    }
    return undefined(name);
  }

  private Undefined undefined(String name) {
    Scope input = this;
    while (input.parent.parent != null) {
      input = input.parent;
    }
    return Undefined.variable(name, input.variables.keySet(), run.options().strict());
  }
}
