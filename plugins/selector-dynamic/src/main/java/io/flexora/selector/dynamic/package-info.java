/** Strategies that adapt all layers and train some of them at a time. */
package io.flexora.selector.dynamic;
