/** Configurations as JSON Schema. */
package io.flexora.config.schema;
