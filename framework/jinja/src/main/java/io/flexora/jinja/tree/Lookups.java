package io.flexora.jinja.tree;

import io.flexora.jinja.method.Access;
import io.flexora.jinja.method.Slices;

/** Variables and parts of values. */
public final class Lookups {
  private Lookups() {}

  public record Name(String name) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().step();
      return scope.get(name);
    }
  }

  public record Attribute(Expression object, String name) implements Expression {
    @Override
    public Object value(Scope scope) {
      return Access.attribute(scope.run(), object.value(scope), name);
    }
  }

  public record Item(Expression object, Expression index) implements Expression {
    @Override
    public Object value(Scope scope) {
      Object container = object.value(scope);
      return Access.item(scope.run(), container, index.value(scope));
    }
  }

  /** A part of a sequence; bounds that are not written are null. */
  public record Slice(Expression object, Expression from, Expression to, Expression step)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      Object container = object.value(scope);
      return Slices.of(
          scope.run(), container, bound(from, scope), bound(to, scope), bound(step, scope));
    }

    private static Object bound(Expression bound, Scope scope) {
      return bound == null ? null : bound.value(scope);
    }
  }
}
