package io.flexora.jinja.tree;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.Callable;
import io.flexora.jinja.value.Output;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import io.flexora.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part of a template that is rendered where it is called.
 *
 * @param parameters the names of the parameters
 * @param defaults the values of the last parameters
 * @param used the names that the body uses, which tell whether it takes surplus arguments
 * @param scope where the macro was defined
 */
record Macro(
    String name,
    List<String> parameters,
    List<Expression> defaults,
    Statement body,
    Set<String> used,
    Scope scope)
    implements Callable {
  private static final int DEEPEST = 200;

  @Override
  public Object call(Run run, CallArguments arguments) {
    Scope inner = scope.inner();
    bind(inner, arguments);
    run.descend(DEEPEST);
    int line = run.line();
    Output output = new Output(run);
    body.execute(inner, output);
    run.ascend();
    run.returnTo(line);
    return output.text();
  }

  private void bind(Scope inner, CallArguments arguments) {
    List<Object> positional = arguments.positional();
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    int firstDefault = parameters.size() - defaults.size();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      if (i < positional.size()) {
        inner.set(parameter, positional.get(i));
      } else if (named.containsKey(parameter)) {
        inner.set(parameter, named.remove(parameter));
      } else if (i >= firstDefault) {
        inner.set(parameter, defaults.get(i - firstDefault).value(inner));
      } else {
        inner.set(
            parameter,
            Undefined.of(
                "parameter '" + parameter + "' was not provided", inner.run().options().strict()));
      }
    }
    surplus(inner, positional, named);
  }

  private void surplus(Scope inner, List<Object> positional, Map<String, Object> named) {
    if (used.contains("caller")) {
      Object caller = named.remove("caller");
      inner.set(
          "caller",
          caller != null
              ? caller
              : Undefined.of("no caller defined", inner.run().options().strict()));
    }
    if (used.contains("kwargs")) {
      inner.set("kwargs", new LinkedHashMap<>(named));
    } else if (!named.isEmpty()) {
      throw new JinjaException(
          "macro '" + name + "' has no parameter '" + named.keySet().iterator().next() + "'");
    }
    int extra = Math.max(0, positional.size() - parameters.size());
    if (used.contains("varargs")) {
      inner.set(
          "varargs",
          new Tuple(
              new ArrayList<>(positional.subList(positional.size() - extra, positional.size()))));
    } else if (extra > 0) {
      throw new JinjaException(
          "macro '%s' takes %d arguments, not %d"
              .formatted(name, parameters.size(), positional.size()));
    }
  }
}
