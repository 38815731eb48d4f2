package io.flexora.jinja.value;

import io.flexora.jinja.dialect.JinjaException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The arguments of a call. */
public record CallArguments(List<Object> positional, Map<String, Object> named) {
  public static final CallArguments NONE = new CallArguments(List.of(), Map.of());

  /**
   * Assigns the arguments to parameters.
   *
   * @param required how many of the parameters have no default
   */
  public BoundArguments bind(String function, int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new JinjaException(
          "'%s' takes %d arguments, not %d"
              .formatted(function, parameters.length, positional.size()));
    }
    Object[] values = new Object[parameters.length];
    boolean[] given = new boolean[parameters.length];
    for (int i = 0; i < positional.size(); i++) {
      values[i] = positional.get(i);
      given[i] = true;
    }
    named.forEach(
        (name, value) -> {
          int index = Arrays.asList(parameters).indexOf(name);
          if (index < 0 || given[index]) {
            throw new JinjaException(
                "'%s' %s argument '%s'"
                    .formatted(function, index < 0 ? "has no" : "is given twice the", name));
          }
          values[index] = value;
          given[index] = true;
        });
    for (int i = 0; i < required; i++) {
      if (!given[i]) {
        throw new JinjaException("'%s' needs its argument '%s'".formatted(function, parameters[i]));
      }
    }
    return new BoundArguments(function, parameters, values, given);
  }

  /** The arguments of a call by parameter. */
  public static final class BoundArguments {
    private final String function;
    private final String[] parameters;
    private final Object[] values;
    private final boolean[] given;

    BoundArguments(String function, String[] parameters, Object[] values, boolean[] given) {
      this.function = function;
      this.parameters = parameters;
      this.values = values;
      this.given = given;
    }

    public boolean has(int index) {
      return given[index];
    }

    public Object get(int index) {
      return values[index];
    }

    public Object or(int index, Object byDefault) {
      return given[index] ? values[index] : byDefault;
    }

    public boolean isTrue(int index) {
      return given[index] && PythonValues.isTrue(values[index]);
    }

    public String text(int index) {
      if (values[index] instanceof String text) {
        return text;
      }
      throw wrong(index, "a text");
    }

    public String textOr(int index, String byDefault) {
      return given[index] && values[index] != null ? text(index) : byDefault;
    }

    public int integer(int index) {
      if (values[index] instanceof Long number && Math.abs(number) < Integer.MAX_VALUE) {
        return number.intValue();
      }
      if (values[index] instanceof Boolean truth) {
        return truth ? 1 : 0;
      }
      throw wrong(index, "an integer");
    }

    public int integerOr(int index, int byDefault) {
      return given[index] && values[index] != null ? integer(index) : byDefault;
    }

    private JinjaException wrong(int index, String wanted) {
      if (values[index] instanceof Undefined undefined) {
        return undefined.refusal();
      }
      return new JinjaException(
          "'%s' needs %s as '%s', not %s"
              .formatted(
                  function, wanted, parameters[index], PythonValues.typeName(values[index])));
    }
  }
}
