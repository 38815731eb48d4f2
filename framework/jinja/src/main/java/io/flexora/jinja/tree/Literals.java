package io.flexora.jinja.tree;

import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values written in a template. */
public final class Literals {
  private Literals() {}

  public record Constant(Object constant) implements Expression {
    @Override
    public Object value(Scope scope) {
      return constant;
    }
  }

  public record Sequence(List<Expression> items, boolean tuple) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().charge(items.size());
      List<Object> values = new ArrayList<>(items.size());
      items.forEach(i -> values.add(i.value(scope)));
      return tuple ? new Tuple(values) : values;
    }
  }

  public record Dictionary(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().charge(keys.size());
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        Object key = PythonValues.key(scope.run(), keys.get(i).value(scope));
        map.put(key, values.get(i).value(scope));
      }
      return map;
    }
  }
}
