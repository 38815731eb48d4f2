/** The way from what was written to validated records and chosen extensions. */
package io.flexora.config.binding;
