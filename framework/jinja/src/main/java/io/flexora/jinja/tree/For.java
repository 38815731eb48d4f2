package io.flexora.jinja.tree;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.Callable;
import io.flexora.jinja.value.Loop;
import io.flexora.jinja.value.Output;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * A loop.
 *
 * @param filter which elements are visited, or null for all
 * @param otherwise what is rendered where there is no element
 */
public record For(
    AssignmentTarget target,
    Expression elements,
    Expression filter,
    Statement body,
    Statement otherwise,
    boolean recursive,
    int line)
    implements Statement {
  private static final int DEEPEST = 100;

  @Override
  public Flow execute(Scope scope, Output output) {
    scope.run().enter(line);
    return loop(scope, output, elements.value(scope), 0);
  }

  private Flow loop(Scope scope, Output output, Object elementsNow, int depth) {
    Run run = scope.run();
    List<Object> items = filtered(scope, PythonValues.items(run, elementsNow));
    if (items.isEmpty()) {
      return otherwise.execute(scope.inner(), output);
    }
    Callable recursion = recursive ? (r, a) -> recurse(scope, a, depth + 1) : null;
    Loop loop = new Loop(run, items, depth, recursion);
    while (loop.next()) {
      run.step();
      Scope inner = scope.inner();
      inner.set("loop", loop);
      target.assign(inner, loop.item());
      if (body.execute(inner, output) == Flow.BREAK) {
        break;
      }
    }
    return Flow.ON;
  }

  private List<Object> filtered(Scope scope, List<Object> items) {
    if (filter == null) {
      return items;
    }
    List<Object> kept = new ArrayList<>();
    for (Object item : items) {
      scope.run().step();
      Scope inner = scope.inner();
      target.assign(inner, item);
      if (filter.isTrue(inner)) {
        kept.add(item);
      }
    }
    return kept;
  }

  private Object recurse(Scope scope, CallArguments arguments, int depth) {
    if (depth > DEEPEST) {
      throw new JinjaException("a recursive loop is deeper than " + DEEPEST);
    }
    Output output = new Output(scope.run());
    loop(scope, output, arguments.bind("loop", 1, "iterable").get(0), depth);
    return output.text();
  }
}
