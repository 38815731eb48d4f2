/** Attributes, methods and operators of Python's values. */
package io.flexora.jinja.method;
