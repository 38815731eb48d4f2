/** Selections that look at no data: the baselines that a learnt one has to beat. */
package io.flexora.selector.fixed;
