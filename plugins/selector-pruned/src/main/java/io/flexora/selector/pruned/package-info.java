/**
 * A selector that trains all layers once, chooses then on validation examples what is kept, and
 * brings what was trained of it.
 */
package io.flexora.selector.pruned;
