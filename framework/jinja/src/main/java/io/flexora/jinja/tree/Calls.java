package io.flexora.jinja.tree;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.filter.Filter;
import io.flexora.jinja.filter.TestFunctions;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.Callable;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls of functions, filters and tests. */
public final class Calls {
  private Calls() {}

  /** The arguments of a call as written; the last two may be null. */
  public record Passed(
      List<Expression> positional,
      Map<String, Expression> named,
      Expression spread,
      Expression spreadNamed) {
    public static final Passed NOTHING = new Passed(List.of(), Map.of(), null, null);

    CallArguments arguments(Scope scope) {
      List<Object> values = new ArrayList<>();
      positional.forEach(p -> values.add(p.value(scope)));
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, expression) -> byName.put(name, expression.value(scope)));
      if (spread != null) {
        values.addAll(PythonValues.items(scope.run(), spread.value(scope)));
      }
      if (spreadNamed != null) {
        addNamed(scope.run(), spreadNamed.value(scope), byName);
      }
      return new CallArguments(values, byName);
    }

    private static void addNamed(Run run, Object spread, Map<String, Object> into) {
      if (!(spread instanceof Map<?, ?> map)) {
        throw new JinjaException("'**' needs a dictionary, not " + PythonValues.typeName(spread));
      }
      run.charge(map.size());
      map.forEach((k, v) -> into.put(PythonText.string(run, k), v));
    }
  }

  public record Call(Expression function, Passed passed) implements Expression {
    @Override
    public Object value(Scope scope) {
      Object callee = function.value(scope);
      if (callee instanceof Undefined undefined) {
        throw undefined.refusal();
      }
      if (callee instanceof Callable callable) {
        scope.run().step();
        return callable.call(scope.run(), passed.arguments(scope));
      }
      throw new JinjaException(
          "a value of type " + PythonValues.typeName(callee) + " cannot be called");
    }
  }

  public record Filtered(Expression input, Filter filter, Passed passed) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().step();
      Object value = input.value(scope);
      return filter.apply(scope.run(), value, passed.arguments(scope));
    }
  }

  public record Tested(Expression input, TestFunctions.TestFunction test, Passed passed)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().step();
      Object value = input.value(scope);
      return test.holds(scope.run(), value, passed.arguments(scope));
    }
  }
}
