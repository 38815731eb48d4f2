/** The configuration door: from YAML text to validated records, and back. */
package io.flexora.config;
