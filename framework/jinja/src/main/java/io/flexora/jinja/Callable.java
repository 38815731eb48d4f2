package io.flexora.jinja;

/** Something that a template can call: a function, a method or a macro. */
interface Callable {
  Object call(Run run, Arguments arguments);
}
