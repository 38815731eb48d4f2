/** An experiment: its configuration, its cells and their phases, and what becomes of them. */
package io.flexora.experiment;
