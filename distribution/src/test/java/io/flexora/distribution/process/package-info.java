/** Comparisons whose cells run in processes of their own, and what becomes of them. */
package io.flexora.distribution.process;
