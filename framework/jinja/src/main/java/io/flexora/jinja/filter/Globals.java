package io.flexora.jinja.filter;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import io.flexora.jinja.method.CollectionMethods;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.CallArguments.BoundArguments;
import io.flexora.jinja.value.Callable;
import io.flexora.jinja.value.Namespace;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that every template sees. */
public final class Globals {
  private static final int LONGEST_RANGE = 100_000;

  private Globals() {}

  public static Map<String, Object> of(JinjaOptions options) {
    Map<String, Object> globals = new HashMap<>();
    put(globals, "range", Globals::range);
    put(globals, "dict", Globals::dictionary);
    put(globals, "namespace", Globals::namespace);
    if (options.chat()) {
      put(globals, "raise_exception", Globals::raise);
      put(
          globals,
          "strftime_now",
          (run, a) ->
              run.made(
                  Strftime.format(
                      LocalDateTime.now(options.clock()),
                      a.bind("strftime_now", 1, "format").text(0))));
    }
    return globals;
  }

  private static void put(Map<String, Object> globals, String name, Callable function) {
    globals.put(name, function);
  }

  private static Object range(Run run, CallArguments arguments) {
    BoundArguments bound = arguments.bind("range", 1, "start", "stop", "step");
    long start = bound.has(1) ? bound.integer(0) : 0;
    long stop = bound.has(1) ? bound.integer(1) : bound.integer(0);
    long step = bound.integerOr(2, 1);
    if (step == 0) {
      throw new JinjaException("the step of 'range' cannot be zero");
    }
    long length =
        Math.max(
            0, step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step);
    if (length > LONGEST_RANGE) {
      throw new JinjaException("'range' is longer than " + LONGEST_RANGE);
    }
    run.charge(length);
    List<Object> numbers = new ArrayList<>((int) length);
    for (long i = 0; i < length; i++) {
      numbers.add(start + i * step);
    }
    return numbers;
  }

  private static Map<Object, Object> dictionary(Run run, CallArguments arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Object start : arguments.positional()) {
      if (start instanceof Map<?, ?> other) {
        map.putAll(CollectionMethods.copy(run, other));
      } else {
        PythonValues.items(run, start).forEach(pair -> putPair(run, map, pair));
      }
    }
    run.charge(arguments.named().size());
    map.putAll(arguments.named());
    return map;
  }

  private static void putPair(Run run, Map<Object, Object> map, Object pair) {
    List<Object> items = PythonValues.items(run, pair);
    if (items.size() != 2) {
      throw new JinjaException("'dict' needs pairs, not " + items.size() + " values");
    }
    map.put(PythonValues.key(run, items.get(0)), items.get(1));
  }

  private static Object namespace(Run run, CallArguments arguments) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    dictionary(run, arguments).forEach((k, v) -> attributes.put(PythonText.string(run, k), v));
    return new Namespace(attributes);
  }

  private static Object raise(Run run, CallArguments arguments) {
    throw new JinjaException(
        PythonText.string(run, arguments.bind("raise_exception", 1, "message").get(0)));
  }
}
