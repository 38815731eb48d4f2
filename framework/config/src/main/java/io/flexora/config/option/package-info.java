/**
 * The model of options: what records define, the types of their values, and the extensions to
 * choose from.
 */
package io.flexora.config.option;
