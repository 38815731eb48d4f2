package io.flexora.jinja.filter;

import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.Run;

/** Changes a value. */
public interface Filter {
  Object apply(Run run, Object value, CallArguments arguments);
}
