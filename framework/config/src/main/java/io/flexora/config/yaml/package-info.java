/**
 * Configurations as they are written: YAML with the place of each value, flags over it, and its
 * mistakes.
 */
package io.flexora.config.yaml;
