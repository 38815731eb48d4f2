/**
 * A selector that trains all layers once, chooses then on validation examples what is kept, and
 * brings its trained values.
 */
package io.flexora.selector.pruned;
