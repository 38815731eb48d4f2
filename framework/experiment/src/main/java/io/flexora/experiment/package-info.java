/** An experiment, from its configuration to its outcome. */
package io.flexora.experiment;
