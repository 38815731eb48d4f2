package io.flexora.jinja.filter;

import io.flexora.files.message.NearestName;
import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.Run;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The filters of jinja2, but those that make HTML or chance. */
public final class Filters {
  private static final Filters PROMPTS = new Filters(false);
  private static final Filters CHATS = new Filters(true);

  private final Map<String, Filter> filters = new HashMap<>();

  private Filters(boolean chat) {
    ValueFilters.register(filters);
    TextFilters.register(filters);
    SequenceFilters.register(filters);
    ItemFilters.register(filters, this);
    if (chat) {
      filters.put("tojson", Json::chat);
    } else {
      filters.put("tojson", Json::html);
      filters.put("regex_replace", RegexReplace::apply);
    }
  }

  public static Filters of(JinjaOptions options) {
    return options.chat() ? CHATS : PROMPTS;
  }

  /**
   * The filter of a name.
   *
   * @throws JinjaException if there is none
   */
  public Filter named(String name) {
    Filter filter = filters.get(name);
    if (filter == null) {
      throw new JinjaException(
          "unknown filter '" + name + "'" + NearestName.hint(name, filters.keySet()));
    }
    return (run, value, arguments) -> counted(run, filter, value, arguments);
  }

  /** The names of all filters. */
  Set<String> names() {
    return Set.copyOf(filters.keySet());
  }

  private static Object counted(Run run, Filter filter, Object value, CallArguments arguments) {
    run.read(value);
    Object result = filter.apply(run, value, arguments);
    return result instanceof String made && result != value ? run.made(made) : result;
  }
}
