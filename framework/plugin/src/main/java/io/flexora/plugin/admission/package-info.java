/** The checks that a jar passes before it is installed. */
package io.flexora.plugin.admission;
