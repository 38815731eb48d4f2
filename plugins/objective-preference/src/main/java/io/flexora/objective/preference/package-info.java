/** Preference objectives: learn from pairs of a chosen and a rejected answer. */
package io.flexora.objective.preference;
