package io.flexora.jinja.tree;

import io.flexora.jinja.method.Operations;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Undefined;
import java.util.List;

/** Operators of templates. */
public final class Operators {
  private Operators() {}

  public record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().step();
      Object a = left.value(scope);
      return Operations.apply(scope.run(), operator, a, right.value(scope));
    }
  }

  public record Negative(Expression operand) implements Expression {
    @Override
    public Object value(Scope scope) {
      return Operations.negative(operand.value(scope));
    }
  }

  public record Positive(Expression operand) implements Expression {
    @Override
    public Object value(Scope scope) {
      return Operations.negative(Operations.negative(operand.value(scope)));
    }
  }

  public record Not(Expression operand) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().step();
      return !operand.isTrue(scope);
    }
  }

  public record And(Expression left, Expression right) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().step();
      Object first = left.value(scope);
      return PythonValues.isTrue(first) ? right.value(scope) : first;
    }
  }

  public record Or(Expression left, Expression right) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().step();
      Object first = left.value(scope);
      return PythonValues.isTrue(first) ? first : right.value(scope);
    }
  }

  public record Joined(List<Expression> parts) implements Expression {
    @Override
    public Object value(Scope scope) {
      Run run = scope.run();
      StringBuilder text = new StringBuilder();
      for (Expression part : parts) {
        run.step();
        text.append(run.made(PythonText.string(run, part.value(scope))));
      }
      return text.toString();
    }
  }

  /** A value that depends on a condition; without an {@code else} it may be undefined. */
  public record Conditional(Expression condition, Expression then, Expression otherwise)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.run().step();
      if (condition.isTrue(scope)) {
        return then.value(scope);
      }
      return otherwise == null
          ? Undefined.of(
              "the condition of an inline 'if' is false and there is no 'else'",
              scope.run().options().strict())
          : otherwise.value(scope);
    }
  }

  /** A chain of comparisons, such as {@code 1 < x <= 3}. */
  public record Comparison(Expression first, List<String> operators, List<Expression> operands)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      Object left = first.value(scope);
      for (int i = 0; i < operators.size(); i++) {
        Object right = operands.get(i).value(scope);
        if (!Operations.holds(scope.run(), operators.get(i), left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    }
  }
}
