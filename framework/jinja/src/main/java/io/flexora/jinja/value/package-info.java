/** Python's values, and the bounds of a rendering. */
package io.flexora.jinja.value;
