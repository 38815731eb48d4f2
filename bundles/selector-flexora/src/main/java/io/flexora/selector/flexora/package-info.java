/** Layer selection by learning one gate for each layer (Flexora, arXiv 2408.10774). */
package io.flexora.selector.flexora;
