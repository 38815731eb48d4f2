package io.flexora.jinja.method;

import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.Run;

/** A method that is called on a text. */
interface TextMethod {
  Object call(Run run, String text, CallArguments arguments);
}
