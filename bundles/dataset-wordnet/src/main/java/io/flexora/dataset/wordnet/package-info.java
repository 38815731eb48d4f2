/** WordNet's definitions, each with the supersense of what it defines. */
package io.flexora.dataset.wordnet;
