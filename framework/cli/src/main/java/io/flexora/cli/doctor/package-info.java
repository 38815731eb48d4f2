/** Looks whether a machine has what Flexora needs. */
package io.flexora.cli.doctor;
