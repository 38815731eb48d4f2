package io.flexora.jinja.value;

import io.flexora.jinja.dialect.JinjaException;
import java.util.List;
import java.util.Set;

/** The variable {@code loop} inside of a loop. */
public final class Loop implements Callable {
  private static final Set<String> NAMES =
      Set.of(
          "index",
          "index0",
          "revindex",
          "revindex0",
          "first",
          "last",
          "length",
          "previtem",
          "nextitem",
          "depth",
          "depth0",
          "cycle",
          "changed");

  private final List<Object> items;
  private final int depth;
  private final Callable recursion;
  private final Run run;
  private int index;
  private Object lastChecked;

  /**
   * Begins in front of the first element.
   *
   * @param recursion renders the loop again with other elements, or null where it is not recursive
   */
  public Loop(Run run, List<Object> items, int depth, Callable recursion) {
    this.run = run;
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
    this.index = -1;
  }

  public boolean next() {
    return ++index < items.size();
  }

  public Object item() {
    return items.get(index);
  }

  public boolean has(String name) {
    return NAMES.contains(name);
  }

  public Object attribute(String name) {
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> items.size() - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "previtem" -> neighbour(index - 1, "there is no previous item");
      case "nextitem" -> neighbour(index + 1, "there is no next item");
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "cycle" -> (Callable) this::cycle;
      default -> (Callable) this::changed;
    };
  }

  private Object neighbour(int at, String missing) {
    return at >= 0 && at < items.size()
        ? items.get(at)
        : Undefined.of(missing, run.options().strict());
  }

  private Object cycle(Run current, CallArguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new JinjaException("'cycle' needs values");
    }
    return values.get(index % values.size());
  }

  private Object changed(Run current, CallArguments arguments) {
    Object now = new Tuple(arguments.positional());
    boolean changed = lastChecked == null || !PythonValues.equal(current, lastChecked, now);
    lastChecked = now;
    return changed;
  }

  @Override
  public Object call(Run current, CallArguments arguments) {
    if (recursion == null) {
      throw new JinjaException("'loop' can be called only in a loop marked 'recursive'");
    }
    return recursion.call(current, arguments);
  }
}
