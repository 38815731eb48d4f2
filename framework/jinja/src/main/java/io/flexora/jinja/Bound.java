package io.flexora.jinja;

/** The arguments of a call by parameter. */
final class Bound {
  private final String function;
  private final String[] parameters;
  private final Object[] values;
  private final boolean[] given;

  Bound(String function, String[] parameters, Object[] values, boolean[] given) {
    this.function = function;
    this.parameters = parameters;
    this.values = values;
    this.given = given;
  }

  boolean has(int index) {
    return given[index];
  }

  Object get(int index) {
    return values[index];
  }

  Object or(int index, Object byDefault) {
    return given[index] ? values[index] : byDefault;
  }

  boolean isTrue(int index) {
    return given[index] && Values.isTrue(values[index]);
  }

  String text(int index) {
    if (values[index] instanceof String text) {
      return text;
    }
    throw wrong(index, "a text");
  }

  String textOr(int index, String byDefault) {
    return given[index] && values[index] != null ? text(index) : byDefault;
  }

  int integer(int index) {
    if (values[index] instanceof Long number && Math.abs(number) < Integer.MAX_VALUE) {
      return number.intValue();
    }
    if (values[index] instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    throw wrong(index, "an integer");
  }

  int integerOr(int index, int byDefault) {
    return given[index] && values[index] != null ? integer(index) : byDefault;
  }

  private JinjaException wrong(int index, String wanted) {
    if (values[index] instanceof Undefined undefined) {
      return undefined.refusal();
    }
    return new JinjaException(
        "'%s' needs %s as '%s', not %s"
            .formatted(function, wanted, parameters[index], Values.typeName(values[index])));
  }
}
