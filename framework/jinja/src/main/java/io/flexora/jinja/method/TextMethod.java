package io.flexora.jinja.method;

import io.flexora.jinja.value.Arguments;
import io.flexora.jinja.value.Run;

/** A method that is called on a text. */
interface TextMethod {
  Object call(Run run, String text, Arguments arguments);
}
