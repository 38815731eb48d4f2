package io.flexora.jinja.value;

/** Something that a template can call: a function, a method or a macro. */
public interface Callable {
  Object call(Run run, CallArguments arguments);
}
