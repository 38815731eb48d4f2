package io.flexora.jinja.tree;

import io.flexora.jinja.value.Output;
import io.flexora.jinja.value.PythonText;
import java.util.List;
import java.util.Set;

/** The statements of templates, but for loops. */
public final class Statements {
  private Statements() {}

  public record Block(List<Statement> statements) implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      for (Statement statement : statements) {
        Flow flow = statement.execute(scope, output);
        if (flow != Flow.ON) {
          return flow;
        }
      }
      return Flow.ON;
    }
  }

  public record Text(String text) implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      output.append(text);
      return Flow.ON;
    }
  }

  public record Print(Expression expression, int line) implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      scope.run().enter(line);
      output.append(PythonText.string(scope.run(), expression.value(scope)));
      return Flow.ON;
    }
  }

  public record If(Expression condition, Statement then, Statement otherwise, int line)
      implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      scope.run().enter(line);
      return (condition.isTrue(scope) ? then : otherwise).execute(scope, output);
    }
  }

  public record Jump(Flow flow) implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      return flow;
    }
  }

  public record Set_(AssignmentTarget target, Expression value, int line) implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      scope.run().enter(line);
      target.assign(scope, value.value(scope));
      return Flow.ON;
    }
  }

  /** Renders its body in a scope of its own and passes the text on. */
  public record Captured(Statement body, Expression filtered, AssignmentTarget target, int line)
      implements Statement {
    /** The variable through which the filters get the rendered text; no template can name it. */
    public static final String TEXT = "captured text";

    @Override
    public Flow execute(Scope scope, Output output) {
      scope.run().enter(line);
      Output captured = new Output(scope.run());
      Scope inner = scope.inner();
      body.execute(inner, captured);
      inner.set(TEXT, captured.text());
      Object result = filtered.value(inner);
      if (target == null) {
        output.append(PythonText.string(scope.run(), result));
      } else {
        target.assign(scope, result);
      }
      return Flow.ON;
    }
  }

  /** Renders its body in a scope of its own, with some variables set. */
  public record With(
      List<AssignmentTarget> targets, List<Expression> values, Statement body, int line)
      implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      scope.run().enter(line);
      Scope inner = scope.inner();
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(inner, values.get(i).value(scope));
      }
      return body.execute(inner, output);
    }
  }

  /** Renders its body in a scope of its own, as what the assistant says. */
  public record Generation(Statement body, int line) implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      scope.run().enter(line);
      int from = output.length();
      Flow flow = body.execute(scope.inner(), output);
      output.generatedFrom(from);
      return flow;
    }
  }

  public record MacroDefinition(
      String name,
      List<String> parameters,
      List<Expression> defaults,
      Statement body,
      Set<String> used)
      implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      scope.set(name, macro(scope));
      return Flow.ON;
    }

    Macro macro(Scope scope) {
      return new Macro(name, parameters, defaults, body, used, scope);
    }
  }

  /** Calls a macro that gets the block's body as {@code caller}. */
  public record CallBlock(MacroDefinition caller, Calls.Call call, int line) implements Statement {
    @Override
    public Flow execute(Scope scope, Output output) {
      scope.run().enter(line);
      Scope inner = scope.inner();
      inner.set(Captured.TEXT, caller.macro(scope));
      output.append(PythonText.string(scope.run(), call.value(inner)));
      return Flow.ON;
    }
  }
}
