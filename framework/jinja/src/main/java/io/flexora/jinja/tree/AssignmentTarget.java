package io.flexora.jinja.tree;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.Namespace;
import io.flexora.jinja.value.PythonValues;
import java.util.List;

/** The target of an assignment. */
public interface AssignmentTarget {
  void assign(Scope scope, Object value);

  record Variable(String name) implements AssignmentTarget {
    @Override
    public void assign(Scope scope, Object value) {
      scope.set(name, value);
    }
  }

  /** An attribute of a namespace. */
  public record Attribute(String namespace, String name) implements AssignmentTarget {
    @Override
    public void assign(Scope scope, Object value) {
      if (!(scope.get(namespace) instanceof Namespace object)) {
        throw new JinjaException(
            "'%s.%s' cannot be set: '%s' is not made by namespace()"
                .formatted(namespace, name, namespace));
      }
      object.attributes().put(name, value);
    }
  }

  /** Several targets, each for one element. */
  record Several(List<AssignmentTarget> targets) implements AssignmentTarget {
    @Override
    public void assign(Scope scope, Object value) {
      List<Object> items = PythonValues.items(scope.run(), value);
      if (items.size() != targets.size()) {
        throw new JinjaException(
            "%d values cannot be assigned to %d variables".formatted(items.size(), targets.size()));
      }
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(scope, items.get(i));
      }
    }
  }
}
