package io.flexora.jinja.filter;

import io.flexora.jinja.value.Arguments;
import io.flexora.jinja.value.Run;

/** Changes a value. */
public interface Filter {
  Object apply(Run run, Object value, Arguments arguments);
}
