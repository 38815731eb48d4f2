/** Searches over sets of layers, each judged by training its adapters and validating them. */
package io.flexora.selector.searched;
